namespace Limner.Gateway.Jobs;

/// <summary>Something that happened to a job, told to whoever watches it. Numbers run from 1 within the job.</summary>
internal sealed record JobEvent(Guid JobId, int Number, JobEventKind Kind, DateTimeOffset At)
{
    public int? Candidate { get; init; }

    public string? Code { get; init; }
}

/// <summary>The numbers stand in the database; from <see cref="Completed"/> on they end the job, and a job has one of those at most (a unique index holds it).</summary>
internal enum JobEventKind
{
    Queued = 0,
    Running = 1,
    CandidateApproved = 2,
    CandidateRejected = 3,
    CandidateFailed = 4,
    Completed = 5,
    Failed = 6,
    Cancelled = 7,
}
