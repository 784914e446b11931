using Limner.Contracts.Images;

namespace Limner.Gateway.Jobs;

/// <summary>The life of a job as a function: queued, running, then completed, failed or cancelled for good.</summary>
internal static class JobMachine
{
    /// <summary>The row and the first event of a job that was just accepted.</summary>
    public static JobTransition Accept(Job job) => JobTransition.From(job).Tell(JobEventKind.Queued, job.Created);

    /// <summary>What <paramref name="fact"/> changes; null if it comes too late, twice or names a candidate that the job does not have.</summary>
    public static JobTransition? Apply(Job job, JobFact fact, DateTimeOffset now) => job.IsOver ? null : fact switch
    {
        JobFact.Dispatched => Begin(job with { Heard = now, Attempts = job.Attempts + 1 }, now),
        JobFact.Continued => Begin(job with { Heard = now }, now),
        JobFact.CandidateEnded ended => EndCandidate(job, ended.Candidate, ended.Work, now),
        JobFact.GivenUp given => End(JobTransition.From(job), JobState.Failed, given.Failure, now),
        JobFact.Cancelled cancelled => End(JobTransition.From(job), JobState.Cancelled, cancelled.Reason, now),
        _ => throw new ArgumentException($"There is no rule for {fact.GetType().Name}.", nameof(fact)),
    };

    // A job that was published before its transaction was lost is still queued when its first candidate arrives.
    private static JobTransition Begin(Job job, DateTimeOffset now) => job.State == JobState.Queued
        ? JobTransition.From(job with { State = JobState.Running, Started = now }).Tell(JobEventKind.Running, now)
        : JobTransition.From(job);

    private static JobTransition? EndCandidate(Job job, Candidate candidate, WorkDone? work, DateTimeOffset now)
    {
        if (candidate.Index < 0 || candidate.Index >= job.Count || job.Candidates.Any(known => known.Index == candidate.Index))
        {
            return null;
        }

        Candidate[] candidates = [.. job.Candidates.Append(candidate).OrderBy(known => known.Index)];
        JobTransition change = Begin(job with { Candidates = candidates, Pending = job.Count - candidates.Length, Heard = now }, now)
            .Tell(KindOf(candidate.State), now, candidate.Index, candidate.Failure?.Code);
        if (work is not null)
        {
            change = change with
            {
                Usage = new UsageEntry(job.Id, candidate.Index, job.Tenant, now, work.Steps, work.PixelSteps, work.ComputeSeconds)
                {
                    KeyId = job.KeyId,
                    Model = work.Model ?? "",
                    Day = DateOnly.FromDateTime(now.UtcDateTime),
                },
            };
        }

        return candidates.Length < job.Count ? change
            : candidates.All(known => known.State == CandidateState.Failed) ? End(change, JobState.Failed, candidates[0].Failure, now)
            : End(change, JobState.Completed, null, now);
    }

    private static JobTransition End(JobTransition change, JobState state, Failure? failure, DateTimeOffset now) =>
        (change with { After = change.After with { State = state, Failure = failure, Finished = now } }).Tell(KindOf(state), now, code: failure?.Code);

    private static JobEventKind KindOf(CandidateState state) => state switch
    {
        CandidateState.Approved => JobEventKind.CandidateApproved,
        CandidateState.Rejected => JobEventKind.CandidateRejected,
        _ => JobEventKind.CandidateFailed,
    };

    private static JobEventKind KindOf(JobState state) => state switch
    {
        JobState.Completed => JobEventKind.Completed,
        JobState.Failed => JobEventKind.Failed,
        _ => JobEventKind.Cancelled,
    };
}
