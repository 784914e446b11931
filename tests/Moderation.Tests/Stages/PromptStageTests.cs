using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.Moderation.Policy;
using Limner.ServiceDefaults.Cancellation;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Moderation.Tests.Stages;

public sealed class PromptStageTests
{
    private static readonly Dictionary<string, string?> Unchecked = new() { ["Moderation:Images:Unchecked"] = "true" };

    [Fact]
    public async Task A_prompt_is_approved_or_refused_with_category_and_version()
    {
        await using RunningModeration moderation = await StartAsync();
        JobDescription good = TestJob.Of("a killer whale and a cocktail", "blurry"), bad = TestJob.Of("a n4ked w0man"), hidden = TestJob.Of("a fox", negative: "p.o.r.n");

        await moderation.SayAsync(new JobSubmitted(good));
        Assert.Equal(good, Assert.IsType<PromptApproved>(await moderation.NextAsync()).Job);
        foreach (JobDescription job in new[] { bad, hidden })
        {
            await moderation.SayAsync(new JobSubmitted(job));
            PromptRejected refused = Assert.IsType<PromptRejected>(await moderation.NextAsync());
            Assert.Equal((job.JobId, "sexual", PolicyFile.Read(Repository.PolicyFile).Version), (refused.JobId, refused.Verdict.Category, refused.Verdict.PolicyVersion));
        }
    }

    [Fact]
    public async Task A_prompt_too_long_to_judge_fails_the_job()
    {
        await using RunningModeration moderation = await StartAsync();
        JobDescription job = TestJob.Of(new string('a', 4001));

        await moderation.SayAsync(new JobSubmitted(job));

        StageFailed failed = Assert.IsType<StageFailed>(await moderation.NextAsync());
        Assert.Equal((job.JobId, null, JobStage.PromptModeration, "prompt_too_long"), (failed.JobId, failed.Candidate, failed.Stage, failed.Code));
        Assert.Equal("The prompt has 4001 characters; expected at most 4000.", failed.Message);
    }

    [Fact]
    public async Task An_error_while_judging_is_a_fault_and_never_an_approval()
    {
        await using RunningModeration moderation = await StartAsync(services => services.AddSingleton<ICancelFlags, BrokenFlags>());
        JobDescription job = TestJob.Of("a fox");

        await moderation.SayAsync(new JobSubmitted(job));

        Assert.Equal(job.JobId, Assert.IsType<Fault<JobSubmitted>>(await moderation.NextAsync(), exactMatch: false).Message.Job.JobId);
    }

    [Fact]
    public async Task Nothing_is_said_of_jobs_that_nobody_waits_for()
    {
        await using RunningModeration moderation = await StartAsync();
        JobDescription late = TestJob.Of("a fox", left: TimeSpan.FromSeconds(-1)), cancelled = TestJob.Of("a naked fox"), good = TestJob.Of("a bear");
        await moderation.Service<ICancelFlags>().RaiseAsync(cancelled.JobId, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        foreach (JobDescription job in new[] { late, cancelled, good }) // judged one at a time, in this order
        {
            await moderation.SayAsync(new JobSubmitted(job));
        }

        Assert.Equal(good.JobId, Assert.IsType<PromptApproved>(await moderation.NextAsync()).Job.JobId);
    }

    [Fact]
    public async Task A_message_delivered_twice_is_answered_twice_alike()
    {
        await using RunningModeration moderation = await StartAsync();
        JobDescription job = TestJob.Of("a naked man");

        await moderation.SayAsync(new JobSubmitted(job));
        await moderation.SayAsync(new JobSubmitted(job));

        Assert.Equal(await moderation.NextAsync(), await moderation.NextAsync());
    }

    [Fact]
    public async Task A_broken_policy_stops_the_start()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "version: 1\nwords: naked\n", TestContext.Current.CancellationToken);
        await using var moderation = new RunningModeration(new(Unchecked) { ["Moderation:PolicyFile"] = file });

        InvalidDataException problem = await Assert.ThrowsAsync<InvalidDataException>(moderation.StartAsync);

        Assert.Contains($"{Path.GetFileName(file)}:2: 'words' is not known", problem.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    private static async Task<RunningModeration> StartAsync(Action<IServiceCollection>? change = null)
    {
        var moderation = new RunningModeration(Unchecked, change);
        await moderation.StartAsync();
        return moderation;
    }

    /// <summary>Something that fails in a way nobody foresaw.</summary>
    private sealed class BrokenFlags : ICancelFlags
    {
        public Task RaiseAsync(Guid jobId, TimeSpan timeToLive, CancellationToken cancellation) => Task.CompletedTask;

        public Task<bool> IsRaisedAsync(Guid jobId, CancellationToken cancellation) => throw new InvalidOperationException("Broken.");
    }
}
