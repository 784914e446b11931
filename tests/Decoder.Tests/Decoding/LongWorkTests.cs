using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Fixtures.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Limner.Decoder.Tests.Decoding;

/// <summary>Work that takes long is heard of: what is drawn, and what waits here for its slot.</summary>
public sealed class LongWorkTests
{
    [Fact]
    public async Task What_is_in_hand_for_long_is_told_again_and_again_and_how_far_the_queue_is()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(
            new() { ["Decoder:Slots"] = "1", ["Decoder:Ahead"] = "1" },
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new ManualTime(pace: 10))));
        using var hold = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        decoder.Progress.Then = _ =>
        {
            begun.TrySetResult();
            hold.Wait();
        };
        try
        {
            // A young one is drawn, an old one waits here for the slot, and another one in the queue.
            DateTimeOffset start = decoder.Time.GetUtcNow();
            (JobDescription young, JobDescription old) = (Job(start), Job(start - TimeSpan.FromMinutes(20)));
            await decoder.PublishAsync(DecoderUnderTest.Encoded(young));
            await begun.Task.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);
            await decoder.PublishAsync(DecoderUnderTest.Encoded(old));
            await decoder.PublishAsync(DecoderUnderTest.Encoded(Job(start + TimeSpan.FromMinutes(1))));
            Assert.Equal([old.JobId], (await decoder.Events.NextAsync<WorkContinued>()).JobIds);

            // It is full: what it took last says how far the queue is.
            await decoder.Events.NextAsync<WorkerAnnounced>(announced => announced.Reached == start);

            decoder.Time.Advance(TimeSpan.FromMinutes(1));
            for (HashSet<Guid> unheard = [young.JobId, old.JobId]; unheard.Count > 0;)
            {
                unheard.ExceptWith((await decoder.Events.NextAsync<WorkContinued>()).JobIds);
            }
        }
        finally
        {
            hold.Set();
        }

        for (int i = 0; i < 3; i++)
        {
            await decoder.Events.NextAsync<ImageDecoded>();
        }

        await decoder.Events.NextAsync<WorkerAnnounced>(announced => announced.Reached is null);
    }

    private static JobDescription Job(DateTimeOffset released) =>
        ServiceUnderTest.Job(DecoderUnderTest.Request with { Candidates = 1, Width = 32, Height = 32 }) with { Released = released };
}
