using System.Buffers.Binary;
using System.Security.Cryptography;
using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;

namespace Limner.Gateway.Submissions;

/// <summary>What a caller asked for, checked.</summary>
internal sealed record Submission
{
    /// <summary>Steps assumed for a job that leaves them to the model: only fairness and estimates follow from it.</summary>
    private const int AssumedSteps = 50;

    public required string Prompt { get; init; }

    public required string NegativePrompt { get; init; }

    public required int Count { get; init; }

    public required ulong Seed { get; init; }

    public required int Side { get; init; }

    public int? Steps { get; init; }

    public float? Guidance { get; init; }

    public JobPriority Priority { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public string? WebhookUrl { get; init; }

    /// <summary>The seed of who gives none.</summary>
    public static ulong NewSeed() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    public Job ToJob(Caller caller, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Tenant = caller.Tenant,
        KeyId = caller.KeyId,
        Priority = Priority,
        Prompt = Prompt,
        NegativePrompt = NegativePrompt,
        Count = Count,
        Pending = Count,
        Seed = Seed,
        Width = Side,
        Height = Side,
        Steps = Steps,
        Guidance = Guidance,
        Metadata = Metadata,
        WebhookUrl = WebhookUrl,
        Created = Job.Storable(now),
        Deadline = Job.Storable(Deadline),
        Work = (long)(Steps ?? AssumedSteps) * Side * Side * Count,
    };
}
