using System.Buffers.Binary;
using System.Security.Cryptography;
using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Sources;

namespace Limner.Gateway.Submissions;

/// <summary>What a caller asked for, checked.</summary>
internal sealed record Submission
{
    /// <summary>Steps assumed for a job that leaves them to the model: only fairness and estimates follow from it.</summary>
    private const int AssumedSteps = 50;

    public required string Prompt { get; init; }

    public required string NegativePrompt { get; init; }

    public required int Count { get; init; }

    /// <summary>Null for whichever.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The size that was asked for; null for <see cref="UsualSize"/>, or that of a picture that is given.</summary>
    public ImageSize? Size { get; init; }

    public required ImageSize UsualSize { get; init; }

    public int? Steps { get; init; }

    public float? Guidance { get; init; }

    /// <summary>The model's LoRA adapter; null for none.</summary>
    public string? Adapter { get; init; }

    public JobPriority Priority { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public string? WebhookUrl { get; init; }

    /// <summary>Whether a prompt of a word or two may be filled in.</summary>
    public bool Completes { get; init; }

    /// <summary>The id of a picture that the prompt says changes of; null if it says what to draw.</summary>
    public string? Parent { get; init; }

    /// <summary>How much of a given picture is drawn anew, from 0 to 1; null for the operation's own.</summary>
    public float? Strength { get; init; }

    /// <summary>What is made of pictures that came with it or that it names; null if there are none.</summary>
    public GivenEdit? Edit { get; init; }

    /// <summary>The prompt that will be read as it is: an instruction becomes another, and enlarging reads none.</summary>
    public string? DrawnPrompt => Parent is not null || Edit is { Operation: EditOperation.Upscale } ? null : Prompt;

    /// <summary>Steps times pixels of all of it.</summary>
    public long Work => (Steps ?? AssumedSteps) * (Size ?? UsualSize).Pixels * Count;

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
        Seed = Seed ?? NewSeed(),
        Width = (Size ?? UsualSize).Width,
        Height = (Size ?? UsualSize).Height,
        Steps = Steps,
        Guidance = Guidance,
        Adapter = Adapter,
        Metadata = Metadata,
        WebhookUrl = WebhookUrl,
        Created = Job.Storable(now),
        Deadline = Job.Storable(Deadline),
        Work = Work,
    };

    // A seed that is shown can be sent again by every client: those that read numbers as doubles know whole ones up to 2^53.
    private static ulong NewSeed() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) & ((1UL << 53) - 1);
}
