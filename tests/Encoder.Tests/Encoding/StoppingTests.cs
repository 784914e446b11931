using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.Encoder.Encoding;
using Limner.Fixtures.Workers;
using Limner.ServiceDefaults.Cancellation;
using MassTransit;
using Microsoft.Extensions.Hosting;

namespace Limner.Encoder.Tests.Encoding;

/// <summary>Jobs that nobody wants any more leave the prior; a process that stops leaves nothing half done.</summary>
public sealed class StoppingTests
{
    private static readonly Dictionary<string, string?> OneAtATime = new() { ["Encoder:Slots"] = "1" };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_is_cancelled_or_expires_leaves_before_the_next_step(bool cancels)
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync(OneAtATime);
        JobDescription stopped = ServiceUnderTest.Job(EncoderUnderTest.Request with { Candidates = 3 });
        JobDescription next = ServiceUnderTest.Job(EncoderUnderTest.Request with { Seed = 9 }, deadline: TimeSpan.FromDays(1));
        encoder.Progress.Then = progress =>
        {
            if (progress.JobId != stopped.JobId || progress.Step != 2)
            {
                return;
            }

            if (cancels)
            {
                encoder.Get<RunningJobs>().Cancel(stopped.JobId);
            }
            else
            {
                encoder.Time.Advance(TimeSpan.FromHours(1));
            }
        };
        await encoder.ApproveAsync(stopped);
        await encoder.ApproveAsync(next);
        await encoder.EncodedAsync(next);
        Assert.Equal([(0, 1), (0, 2)], encoder.Progress.Of(stopped.JobId).Select(told => (told.Candidate, told.Step)));
        AssertNothingCameOf(encoder, stopped);
    }

    [Fact]
    public async Task A_job_that_was_cancelled_while_it_waited_is_not_begun()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync(OneAtATime);
        (JobDescription flagged, JobDescription told, JobDescription next) = (ServiceUnderTest.Job(EncoderUnderTest.Request), ServiceUnderTest.Job(EncoderUnderTest.Request), ServiceUnderTest.Job(EncoderUnderTest.Request));
        await encoder.Get<ICancelFlags>().RaiseAsync(flagged.JobId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        using var heard = new ManualResetEventSlim();
        encoder.Get<RunningJobs>().Begin(told, JobStage.Encoding, TestContext.Current.CancellationToken).Token.Register(heard.Set);
        await encoder.PublishAsync(new JobCancelled(told.JobId));
        Assert.True(await Task.Run(() => heard.Wait(EventLog.Patience), TestContext.Current.CancellationToken));
        foreach (JobDescription? job in new[] { flagged, told, next })
        {
            await encoder.ApproveAsync(job);
        }

        await encoder.EncodedAsync(next);
        foreach (JobDescription? job in new[] { flagged, told })
        {
            Assert.Empty(encoder.Progress.Of(job.JobId));
            AssertNothingCameOf(encoder, job);
        }
    }

    [Fact]
    public async Task Stopping_finishes_what_is_under_way()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync();
        var published = new PublishWitness();
        using ConnectHandle watching = encoder.Get<IBusControl>().ConnectPublishObserver(published);
        JobDescription job = ServiceUnderTest.Job(EncoderUnderTest.Request);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        encoder.Progress.Then = _ => begun.TrySetResult();
        await encoder.ApproveAsync(job);
        await begun.Task.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);
        await encoder.StopAsync();
        Assert.Equal([0, 1], published.Of<ImageEncoded>().Select(encoded => encoded.Candidate).Order());
    }

    [Fact]
    public async Task An_engine_that_fails_one_job_after_the_other_ends_the_process()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync(new() { ["Shutdown:GraceSeconds"] = "3" });
        encoder.Progress.Then = _ => throw new InvalidDataException("the device is lost");
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration told = encoder.Get<IHostApplicationLifetime>().ApplicationStopping.Register(ended.SetResult);
        await encoder.ApproveAsync([.. Enumerable.Range(0, 3).Select(_ => ServiceUnderTest.Job(EncoderUnderTest.Request))]);
        await ended.Task.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);
        Assert.False(encoder.Get<EncoderEngine>().IsRunning);
    }

    private static void AssertNothingCameOf(ServiceUnderTest encoder, JobDescription job)
    {
        Assert.DoesNotContain(encoder.Events.Unread<ImageEncoded>(), encoded => encoded.Job.JobId == job.JobId);
        Assert.Empty(encoder.Events.Unread<StageFailed>());
        Assert.Empty(encoder.Events.Unread<Fault<PromptApproved>>());
    }
}
