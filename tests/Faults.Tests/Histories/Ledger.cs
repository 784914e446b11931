namespace Limner.Faults.Tests.Histories;

/// <summary>Everything that is left when all is quiet: what callers were promised, what the database says, what the object store holds.</summary>
internal sealed record Ledger
{
    /// <summary>What callers asked for, by the number that they wrote into the job's metadata.</summary>
    public required IReadOnlyList<SubmittedJob> Submitted { get; init; }

    public required IReadOnlyList<JobRow> Jobs { get; init; }

    public required IReadOnlyList<EventRow> Events { get; init; }

    public required IReadOnlyList<UsageRow> Usage { get; init; }

    /// <summary>SHA-256 of the object under each key.</summary>
    public required IReadOnlyDictionary<string, string> Objects { get; init; }

    /// <summary>SHA-256 of each request's candidates in the undisturbed run.</summary>
    public required IReadOnlyDictionary<(string Request, int Candidate), string> Undisturbed { get; init; }

    public required IReadOnlyList<DeliveryRow> Deliveries { get; init; }

    /// <summary>What the receiver of webhooks was told.</summary>
    public required IReadOnlyList<CallRow> Calls { get; init; }

    /// <summary>Candidates whose message was given out until the broker gave it up.</summary>
    public IReadOnlySet<(Guid Job, int Candidate)> Worn { get; init; } = new HashSet<(Guid, int)>();

    /// <summary>Messages that are still in queues that should be empty.</summary>
    public required IReadOnlyDictionary<string, int> Queues { get; init; }
}

/// <param name="Number">Its number among all.</param>
/// <param name="Request">The name of what it asked for.</param>
/// <param name="Id">The job that was accepted; null if no reply said so.</param>
/// <param name="MayCancel">Whether it was cancelled, or tried to be.</param>
/// <param name="MayExpire">Whether its deadline was near.</param>
/// <param name="IsForbidden">Whether its prompt is against the policy.</param>
internal sealed record SubmittedJob(int Number, string Request, Guid? Id, bool MayCancel, bool MayExpire, bool IsForbidden);

internal sealed record JobRow(Guid Id, int Number, string Tenant, int State, int Count, string? FailureCode, IReadOnlyList<CandidateRow> Candidates);

internal sealed record CandidateRow(int Index, int State, string? Sha256, string? FailureCode = null);

internal sealed record EventRow(Guid Job, int Number, int Kind, int? Candidate);

internal sealed record UsageRow(Guid Job, int Candidate);

internal sealed record DeliveryRow(Guid Job, string Type, int State);

/// <param name="Job">Of which job.</param>
/// <param name="Type">What it told.</param>
/// <param name="EventId">Under which id.</param>
/// <param name="IsGenuine">Whether its signature was right.</param>
/// <param name="IsTaken">Whether it was answered with success.</param>
internal sealed record CallRow(Guid Job, string Type, string EventId, bool IsGenuine, bool IsTaken);
