using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>
/// The pauses between attempts: each four times the one before, up to half a day; with five seconds first, twelve attempts in about 68 hours. Each is up to
/// a fifth shorter or longer, by an amount that follows from delivery and attempt, so that what failed together does not come back together.
/// </summary>
internal static class RetrySchedule
{
    private const double Factor = 4;
    private const double Jitter = 0.2;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    public static TimeSpan After(int failures, TimeSpan first, Guid delivery)
    {
        double pause = Math.Min(first.TotalSeconds * Math.Pow(Factor, failures - 1), Longest.TotalSeconds);
        return TimeSpan.FromSeconds(pause * (1 + (Jitter * ((2 * Chance(delivery, failures)) - 1))));
    }

    /// <summary>From 0 to 1.</summary>
    private static double Chance(Guid delivery, int failures)
    {
        Span<byte> seed = stackalloc byte[20];
        _ = delivery.TryWriteBytes(seed);
        BinaryPrimitives.WriteInt32LittleEndian(seed[16..], failures);
        return BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(seed)) / (double)uint.MaxValue;
    }
}
