using Limner.Contracts.Images;

namespace Limner.Gateway.Jobs;

/// <summary>Something the Gateway learned of a job. Facts come late, twice and in any order.</summary>
internal abstract record JobFact
{
    private JobFact()
    {
    }

    /// <summary>It was published to the stages.</summary>
    public sealed record Dispatched : JobFact;

    /// <summary>A worker has had it for long and still has it.</summary>
    public sealed record Continued : JobFact;

    /// <summary>One candidate came to its end; <paramref name="Work"/> if it was drawn.</summary>
    public sealed record CandidateEnded(Candidate Candidate, WorkDone? Work) : JobFact;

    /// <summary>The whole job was given up.</summary>
    public sealed record GivenUp(Failure Failure) : JobFact;

    /// <summary>It was taken back; <paramref name="Reason"/> says by whom.</summary>
    public sealed record Cancelled(Failure Reason) : JobFact;
}
