using Limner.Contracts.Images;
using Limner.Gateway.Jobs;

namespace Limner.Gateway.Tests.Jobs;

public sealed class JobMachineTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly WorkDone Work = new(10, 40960, 0.5);

    private static readonly JobFact[] Facts =
    [
        new JobFact.Dispatched(), new JobFact.Continued(),
        Ended(0, CandidateState.Approved), Ended(0, CandidateState.Rejected), Ended(0, CandidateState.Failed),
        Ended(1, CandidateState.Approved), Ended(1, CandidateState.Failed),
        Ended(2, CandidateState.Approved),
        new JobFact.GivenUp(new Failure("deadline_exceeded", "late")),
        new JobFact.Cancelled(new Failure("job_cancelled", "taken back")),
    ];

    [Fact]
    public void Every_sequence_of_facts_ends_a_job_at_most_once_and_never_moves_it_back()
    {
        // All sequences of five facts, so every order, every duplicate and every late one that two candidates can have.
        int sequences = 0;
        void Follow(Job job, IReadOnlyList<JobEvent> told, IReadOnlyList<UsageEntry> used, int left)
        {
            Check(job, told, used);
            if (left == 0)
            {
                sequences++;
                return;
            }

            foreach (JobFact fact in Facts)
            {
                JobTransition? change = JobMachine.Apply(job, fact, Now);
                if (change is null)
                {
                    Follow(job, told, used, left - 1);
                    continue;
                }

                Assert.False(job.IsOver);
                Assert.True(change.After.State >= job.State);
                Follow(change.After, [.. told, .. change.Events], change.Usage is null ? used : [.. used, change.Usage], left - 1);
            }
        }

        JobTransition accepted = JobMachine.Accept(NewJob(2));
        Follow(accepted.After, accepted.Events, [], 5);
        Assert.Equal(100000, sequences);
    }

    [Theory]
    [InlineData(CandidateState.Approved, CandidateState.Approved, JobState.Completed)]
    [InlineData(CandidateState.Approved, CandidateState.Rejected, JobState.Completed)]
    [InlineData(CandidateState.Rejected, CandidateState.Rejected, JobState.Completed)]
    [InlineData(CandidateState.Failed, CandidateState.Rejected, JobState.Completed)]
    [InlineData(CandidateState.Failed, CandidateState.Approved, JobState.Completed)]
    [InlineData(CandidateState.Failed, CandidateState.Failed, JobState.Failed)]
    internal void The_last_candidate_ends_the_job(CandidateState first, CandidateState second, JobState expected)
    {
        Job job = Apply(NewJob(2), new JobFact.Dispatched(), Ended(1, second), Ended(0, first));

        Assert.Equal(expected, job.State);
        Assert.Equal([0, 1], job.Candidates.Select(candidate => candidate.Index));
        Assert.Equal(expected == JobState.Failed ? "stage_failed" : null, job.Failure?.Code);
        Assert.Equal(0, job.Pending);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void A_candidate_that_the_job_does_not_have_changes_nothing(int index) =>
        Assert.Null(JobMachine.Apply(NewJob(2), Ended(index, CandidateState.Approved), Now));

    [Fact]
    public void A_candidate_that_arrives_before_its_job_was_marked_as_published_starts_it()
    {
        JobTransition change = JobMachine.Apply(JobMachine.Accept(NewJob(2)).After, Ended(0, CandidateState.Approved), Now)!;

        Assert.Equal(JobState.Running, change.After.State);
        Assert.Equal([JobEventKind.Running, JobEventKind.CandidateApproved], change.Events.Select(told => told.Kind));
        Assert.Equal([2, 3], change.Events.Select(told => told.Number));
    }

    [Fact]
    public void Published_again_is_heard_again_and_nothing_else()
    {
        Job job = Apply(NewJob(1), new JobFact.Dispatched());
        JobTransition again = JobMachine.Apply(job, new JobFact.Dispatched(), Now.AddMinutes(1))!;

        Assert.Empty(again.Events);
        Assert.Equal(2, again.After.Attempts);
        Assert.Equal(Now.AddMinutes(1), again.After.Heard);
        Assert.Equal(Now, again.After.Started);
    }

    private static void Check(Job job, IReadOnlyList<JobEvent> told, IReadOnlyList<UsageEntry> used)
    {
        Assert.Equal(job.IsOver ? 1 : 0, told.Count(item => item.Kind >= JobEventKind.Completed));
        Assert.Equal(Enumerable.Range(1, told.Count), told.Select(item => item.Number));
        Assert.Equal(job.Events, told.Count);
        Assert.Equal(job.Candidates.Count(candidate => candidate.State != CandidateState.Failed), used.Count);
        Assert.Equal(used.Count, used.DistinctBy(entry => entry.Candidate).Count());
        Assert.Equal(job.Count - job.Candidates.Count, job.Pending);
        Assert.Equal(job.IsOver, job.Finished is not null);
        Assert.True(job.Pending > 0 || job.IsOver);
    }

    private static Job Apply(Job job, params JobFact[] facts) => facts.Aggregate(job, (current, fact) => JobMachine.Apply(current, fact, Now)?.After ?? current);

    private static JobFact.CandidateEnded Ended(int index, CandidateState state) => new(
        new Candidate(index, state) { Failure = state == CandidateState.Approved ? null : new Failure(state == CandidateState.Failed ? "stage_failed" : "content_policy_violation", "no") },
        state == CandidateState.Failed ? null : Work);

    private static Job NewJob(int count) => new()
    {
        Id = Guid.CreateVersion7(Now),
        Tenant = "t",
        Prompt = "a red star",
        Count = count,
        Pending = count,
        Seed = 1,
        Width = 64,
        Height = 64,
        Created = Now,
        Deadline = Now.AddHours(1),
        Work = 1,
    };
}
