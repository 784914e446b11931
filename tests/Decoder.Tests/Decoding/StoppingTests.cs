using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Fixtures.Workers;
using Limner.ServiceDefaults.Cancellation;
using MassTransit;

namespace Limner.Decoder.Tests.Decoding;

/// <summary>Candidates that nobody wants any more leave; a process that stops leaves nothing half done.</summary>
public sealed class StoppingTests
{
    private static readonly Dictionary<string, string?> OneAtATime = new() { ["Decoder:Slots"] = "1", ["Decoder:Ahead"] = "0" };

    [Fact]
    public async Task A_cancelled_candidate_leaves_before_the_next_step_and_another_takes_its_slot()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(OneAtATime);
        (JobDescription cancelled, JobDescription next) = (ServiceUnderTest.Job(DecoderUnderTest.Long), ServiceUnderTest.Job(DecoderUnderTest.Request));
        decoder.Progress.Then = progress =>
        {
            if (progress.JobId == cancelled.JobId && progress.Step == 5)
            {
                decoder.Get<RunningJobs>().Cancel(cancelled.JobId);
            }
        };
        await decoder.PublishAsync(DecoderUnderTest.Encoded(cancelled));
        await decoder.PublishAsync(DecoderUnderTest.Encoded(next));
        Assert.Equal(next.JobId, (await decoder.Events.NextAsync<ImageDecoded>()).Job.JobId);
        Assert.Equal(5, decoder.Progress.Of(cancelled.JobId)[^1].Step);
        await AssertNothingCameOfAsync(decoder, cancelled);
    }

    [Fact]
    public async Task A_cancel_over_the_bus_reaches_the_candidate_that_is_under_way_and_the_one_that_waits()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(OneAtATime);
        JobDescription cancelled = ServiceUnderTest.Job(DecoderUnderTest.Long with { Candidates = 2 });
        JobDescription next = ServiceUnderTest.Job(DecoderUnderTest.Request);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        decoder.Progress.Then = _ => begun.TrySetResult();
        await decoder.PublishAsync(DecoderUnderTest.Encoded(cancelled));
        await decoder.PublishAsync(DecoderUnderTest.Encoded(cancelled, 1));
        await begun.Task.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);
        await decoder.PublishAsync(new JobCancelled(cancelled.JobId));
        await decoder.PublishAsync(DecoderUnderTest.Encoded(next));
        Assert.Equal(next.JobId, (await decoder.Events.NextAsync<ImageDecoded>()).Job.JobId);
        Assert.DoesNotContain(decoder.Progress.Of(cancelled.JobId), progress => progress.Candidate == 1 || progress.Step == 500);
        await AssertNothingCameOfAsync(decoder, cancelled);
    }

    [Fact]
    public async Task A_job_whose_cancel_flag_is_raised_is_not_begun()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(OneAtATime);
        (JobDescription cancelled, JobDescription next) = (ServiceUnderTest.Job(DecoderUnderTest.Request), ServiceUnderTest.Job(DecoderUnderTest.Request));
        await decoder.Get<ICancelFlags>().RaiseAsync(cancelled.JobId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        await decoder.PublishAsync(DecoderUnderTest.Encoded(cancelled));
        await decoder.PublishAsync(DecoderUnderTest.Encoded(next));
        Assert.Equal(next.JobId, (await decoder.Events.NextAsync<ImageDecoded>()).Job.JobId);
        Assert.Empty(decoder.Progress.Of(cancelled.JobId));
        await AssertNothingCameOfAsync(decoder, cancelled);
    }

    [Fact]
    public async Task A_candidate_whose_deadline_passes_leaves_and_a_late_one_is_not_begun()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(OneAtATime);
        (JobDescription expiring, JobDescription late) = (ServiceUnderTest.Job(DecoderUnderTest.Long), ServiceUnderTest.Job(DecoderUnderTest.Request));
        JobDescription next = ServiceUnderTest.Job(DecoderUnderTest.Request, deadline: TimeSpan.FromDays(1));
        decoder.Progress.Then = progress =>
        {
            if (progress.JobId == expiring.JobId && progress.Step == 5)
            {
                decoder.Time.Advance(TimeSpan.FromHours(1));
            }
        };
        foreach (JobDescription? job in new[] { expiring, late, next })
        {
            await decoder.PublishAsync(DecoderUnderTest.Encoded(job));
        }

        Assert.Equal(next.JobId, (await decoder.Events.NextAsync<ImageDecoded>()).Job.JobId);
        Assert.Equal(5, decoder.Progress.Of(expiring.JobId)[^1].Step);
        Assert.Empty(decoder.Progress.Of(late.JobId));
        await AssertNothingCameOfAsync(decoder, expiring);
        await AssertNothingCameOfAsync(decoder, late);
    }

    [Fact]
    public async Task Stopping_announces_it_and_finishes_what_is_under_way()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        var announced = new PublishWitness();
        using ConnectHandle watching = decoder.Get<IBusControl>().ConnectPublishObserver(announced);
        JobDescription job = ServiceUnderTest.Job(DecoderUnderTest.Request with { Steps = 60 });
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        decoder.Progress.Then = _ => begun.TrySetResult();
        await decoder.PublishAsync(DecoderUnderTest.Encoded(job));
        await begun.Task.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);
        await decoder.StopAsync();
        Assert.Equal(DecoderUnderTest.Draw(job.Request)[0], await decoder.StoredAsync($"acme/{job.JobId:N}/0.png"));
        Assert.Contains(announced.Of<WorkerAnnounced>(), worker => worker.Slots == 0);
    }

    [Fact]
    public async Task A_worker_announces_its_slots_and_its_model()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(new() { ["Decoder:Slots"] = "3" });
        // The first may have come before there was somebody to hear it; they come every few seconds.
        WorkerAnnounced announced = await decoder.Events.NextAsync<WorkerAnnounced>();
        Assert.Equal((3, "latent-tiny 1", JobStage.Decoding), (announced.Slots, announced.Model, announced.Stage));
        Assert.Equal([], announced.Adapters!);
        Assert.EndsWith("-decoding", announced.WorkerId, StringComparison.Ordinal);
    }

    private static async Task AssertNothingCameOfAsync(ServiceUnderTest decoder, JobDescription job)
    {
        Assert.Null(await decoder.StoredAsync($"acme/{job.JobId:N}/0.png"));
        Assert.DoesNotContain(decoder.Events.Unread<ImageDecoded>(), decoded => decoded.Job.JobId == job.JobId);
        Assert.Empty(decoder.Events.Unread<StageFailed>());
        Assert.Empty(decoder.Events.Unread<Fault<ImageEncoded>>());
    }
}
