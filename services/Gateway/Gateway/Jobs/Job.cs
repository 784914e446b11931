using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Jobs;

/// <summary>
/// One row: what was asked for, how far it is, and, since the row is the outbox, everything needed to publish it.
/// Candidates live on it and not in a table of their own, so that one row lock orders all that happens to a job.
/// </summary>
internal sealed record Job
{
    public required Guid Id { get; init; }

    public required string Tenant { get; init; }

    /// <summary>The key that asked for it; null if that was before keys had names.</summary>
    public Guid? KeyId { get; init; }

    public JobPriority Priority { get; init; }

    public JobState State { get; init; }

    public required string Prompt { get; init; }

    public string NegativePrompt { get; init; } = "";

    /// <summary>What is drawn, where that is not the prompt as its owner wrote it.</summary>
    public string? RevisedPrompt { get; init; }

    /// <summary>What is made of given pictures; null if the prompt is drawn from nothing.</summary>
    public EditRequest? Edit { get; init; }

    /// <summary>Bytes of the pictures that it was given.</summary>
    public long SourceBytes { get; init; }

    /// <summary>The conversation that it is a turn of; null if it is none.</summary>
    public ConversationTurn? Turn { get; init; }

    public required int Count { get; init; }

    public required ulong Seed { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public int? Steps { get; init; }

    public float? Guidance { get; init; }

    /// <summary>The model's LoRA adapter; null for none.</summary>
    public string? Adapter { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Where its owner wants to be told of its end, besides his endpoints.</summary>
    public string? WebhookUrl { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    /// <summary>Steps × pixels × candidates; what fairness is measured in.</summary>
    public required long Work { get; init; }

    /// <summary>Candidates whose end is not known yet.</summary>
    public required int Pending { get; init; }

    public IReadOnlyList<Candidate> Candidates { get; init; } = [];

    /// <summary>How many events it has; the next one's number is one more.</summary>
    public int Events { get; init; }

    /// <summary>How often it was published.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was last published or heard of.</summary>
    public DateTimeOffset? Heard { get; init; }

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Finished { get; init; }

    /// <summary>Why it failed, or who cancelled it.</summary>
    public Failure? Failure { get; init; }

    /// <summary>The failed job that this one asks for again.</summary>
    public Guid? RetryOf { get; init; }

    /// <summary>What it took from quotas; null if there were none to take from.</summary>
    public Reservation? Reservation { get; init; }

    /// <summary>The batch that it is a line of, and which.</summary>
    public Guid? BatchId { get; init; }

    public int? BatchLine { get; init; }

    /// <summary>Keys of what it was given: they are its own, whatever becomes of where they came from.</summary>
    public IEnumerable<string> SourceKeys() => SourceKeysOf(Edit);

    public static IEnumerable<string> SourceKeysOf(EditRequest? edit) => (edit?.Parts.Select(part => part.Key) ?? []).Append(edit?.MaskKey).OfType<string>();

    public bool IsOver => State > JobState.Running;

    public JobDescription Describe() => new(Id, Tenant, Priority, Deadline, new GenerationRequest
    {
        Prompt = RevisedPrompt ?? Prompt,
        AskedPrompt = RevisedPrompt is null ? null : Prompt,
        NegativePrompt = NegativePrompt,
        Edit = Edit,
        Candidates = Count,
        Seed = Seed,
        Width = Width,
        Height = Height,
        Steps = Steps,
        Guidance = Guidance,
        Adapter = Adapter,
    });

    /// <summary>The same at another size.</summary>
    public Job At(ImageSize size) => this with { Width = size.Width, Height = size.Height, Work = Work / ((long)Width * Height) * size.Pixels };

    /// <summary>The same request as a new job, with as much time as this one had.</summary>
    public Job Again(Caller caller, DateTimeOffset now) => this with
    {
        Id = Guid.CreateVersion7(now),
        KeyId = caller.KeyId,
        RetryOf = Id,
        BatchId = null,
        BatchLine = null,
        State = JobState.Queued,
        Created = Storable(now),
        Deadline = Storable(now + (Deadline - Created)),
        Pending = Count,
        Candidates = [],
        Events = 0,
        Attempts = 0,
        Heard = null,
        Started = null,
        Finished = null,
        Failure = null,
        Reservation = null,
    };

    /// <summary>Neither database keeps a time as finely as .NET does, and the first reply is given again from the row.</summary>
    public static DateTimeOffset Storable(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
}
