using Limner.Gateway.Errors;

namespace Limner.Gateway.Batches;

/// <summary>
/// A file of requests that become jobs little by little: one row, which says how far it is. Whoever works at it holds it for a while, so that several Gateways
/// share the work and one that was killed is followed by another.
/// </summary>
internal sealed record Batch
{
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public required Guid Id { get; init; }

    public required string Tenant { get; init; }

    /// <summary>The key that made it, and that its jobs are counted for.</summary>
    public required Guid KeyId { get; init; }

    public required Guid InputFileId { get; init; }

    /// <summary>What every line asks for: the path of an address of ours.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Scheme and host under which its owner reaches this service, for addresses in the results.</summary>
    public required string Home { get; init; }

    public BatchState State { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public required DateTimeOffset Created { get; init; }

    /// <summary>The end of its window, and the deadline of all its jobs.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When it came into which state.</summary>
    public IReadOnlyDictionary<BatchState, DateTimeOffset> Entered { get; init; } = new Dictionary<BatchState, DateTimeOffset>();

    /// <summary>Requests in its file, once they were validated.</summary>
    public int Total { get; init; }

    /// <summary>Requests that became jobs or were refused.</summary>
    public int Taken { get; init; }

    /// <summary>Where the rest of the file begins, in bytes.</summary>
    public long Offset { get; init; }

    /// <summary>Lines of the file before that, the empty ones among them.</summary>
    public int Lines { get; init; }

    /// <summary>How often it waited for the chat endpoint since that answered last.</summary>
    public int Postponed { get; init; }

    /// <summary>Why its file was not accepted.</summary>
    public IReadOnlyList<BatchError> Errors { get; init; } = [];

    /// <summary>Lines of its output file, once it is over.</summary>
    public int Succeeded { get; init; }

    /// <summary>Lines of its error file, once it is over.</summary>
    public int Failed { get; init; }

    public Guid? OutputFileId { get; init; }

    public Guid? ErrorFileId { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>When somebody is to look at it; until then it is held or has nothing to do.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>Made up by whoever took it last.</summary>
    public Guid? Holder { get; init; }

    public bool IsOver => State >= BatchState.Failed;

    /// <summary>Whether it waits for a quota that is used up instead of having a line refused: what is under way may give some back, and there may be more of it before the window ends.</summary>
    public bool WaitsFor(ApiException usedUp, bool isAlone, DateTimeOffset now) => !isAlone || now + usedUp.RetryAfter < Expires;

    public Batch Enter(BatchState state, DateTimeOffset now) => this with
    {
        State = state,
        Entered = new Dictionary<BatchState, DateTimeOffset>(Entered) { [state] = now },
        Ended = state >= BatchState.Failed ? now : null,
    };
}
