using System.Buffers.Binary;
using System.Globalization;

namespace Limner.Gateway.Jobs;

/// <summary>A job's name outside: <c>job_</c> and 32 hexadecimal digits. Inside a version 7 UUID, so that ids sort by the time of acceptance.</summary>
internal static class JobId
{
    public const string Prefix = "job_";

    public static string Format(Guid id) => $"{Prefix}{id:N}";

    /// <summary>Where the job can be read.</summary>
    public static string Path(Guid id) => $"/v1/jobs/{Format(id)}";

    public static Guid? Parse(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid id) && Format(id) == text ? id : null;

    /// <summary>The least id that a job accepted at <paramref name="time"/> can have: a filter by time is then a range of the primary key.</summary>
    public static Guid Floor(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, time.ToUnixTimeMilliseconds()) << 16);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The key of something that a job was given: its pictures in their order, from 0, and then its mask.</summary>
    public static string SourceKey(string tenant, Guid job, int index) => string.Create(CultureInfo.InvariantCulture, $"{tenant}/{job:N}/source-{index}");

    /// <returns>The job that an object belongs to, one that it was given or an image of it (<see cref="Contracts.Images.StoredImage.KeyOf"/>); null if it is none of a job's.</returns>
    public static Guid? OfKey(string key) =>
        key.Split('/') is [_, var job, var name] && Guid.TryParseExact(job, "N", out Guid id)
        && int.TryParse(name.StartsWith("source-", StringComparison.Ordinal) ? name["source-".Length..] : name.EndsWith(".png", StringComparison.Ordinal) ? name[..^".png".Length] : "", NumberStyles.None, CultureInfo.InvariantCulture, out _) ? id : null;
}
