using Limner.Contracts.Jobs;
using Limner.ServiceDefaults.Progress;
using Limner.TestServers;

namespace Limner.ServiceDefaults.Tests.RedisServer;

/// <summary>Processes that share a real Redis.</summary>
public sealed class RedisTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_process_caches_another_reads_until_its_time_is_over()
    {
        await using RedisProcess encoder = await StartAsync("cache:");
        await using RedisProcess decoder = await StartAsync("cache:");
        byte[] value = [0, 1, 255, 10];
        await encoder.Cache.SetAsync("long", value, TimeSpan.FromHours(1), Cancellation);
        await encoder.Cache.SetAsync("short", value, TimeSpan.FromMilliseconds(50), Cancellation);
        Assert.Equal(value, await decoder.Cache.GetAsync("long", Cancellation));
        await Eventually.TrueAsync(async () => await decoder.Cache.GetAsync("short", Cancellation) is null, "the short one went");
        Assert.NotNull(await decoder.Cache.GetAsync("long", Cancellation));
        Assert.Null(await decoder.Cache.GetAsync("other", Cancellation));
    }

    [Fact]
    public async Task Processes_of_another_prefix_see_nothing()
    {
        await using RedisProcess one = await StartAsync("one:");
        await using RedisProcess other = await StartAsync("other:");
        var job = Guid.NewGuid();
        await one.Cache.SetAsync("key", new byte[1], TimeSpan.FromHours(1), Cancellation);
        await one.Flags.RaiseAsync(job, TimeSpan.FromHours(1), Cancellation);
        Assert.Null(await other.Cache.GetAsync("key", Cancellation));
        Assert.False(await other.Flags.IsRaisedAsync(job, Cancellation));
    }

    [Fact]
    public async Task A_flag_that_one_process_raises_another_sees_until_its_time_is_over()
    {
        await using RedisProcess gateway = await StartAsync("flags:");
        await using RedisProcess worker = await StartAsync("flags:");
        (Guid cancelled, Guid brief, Guid other) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await gateway.Flags.RaiseAsync(cancelled, TimeSpan.FromHours(1), Cancellation);
        await gateway.Flags.RaiseAsync(brief, TimeSpan.FromMilliseconds(50), Cancellation);
        Assert.True(await worker.Flags.IsRaisedAsync(cancelled, Cancellation));
        Assert.False(await worker.Flags.IsRaisedAsync(other, Cancellation));
        await Eventually.TrueAsync(async () => !await worker.Flags.IsRaisedAsync(brief, Cancellation), "the brief one went");
    }

    [Fact]
    public async Task Progress_goes_from_process_to_process_and_a_slow_listener_loses_the_oldest()
    {
        await using RedisProcess worker = await StartAsync("progress:");
        await using RedisProcess gateway = await StartAsync("progress:");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var job = Guid.NewGuid();
        await using IAsyncEnumerator<JobProgress> slow = gateway.Progress.SubscribeAsync(job, end.Token).GetAsyncEnumerator(end.Token);
        await using IAsyncEnumerator<JobProgress> marker = gateway.Progress.SubscribeAsync(job, end.Token).GetAsyncEnumerator(end.Token);
        await HearAsync(worker, job, marker);
        const int last = ProgressQueue.Length * 3;
        for (int step = 1; step <= last; step++)
        {
            Assert.True(await worker.Progress.PublishAsync(new JobProgress(job, 1, JobStage.Decoding, step, last, [1, 2, 3])), "somebody listens");
        }

        await ReadToAsync(marker, last);
        Assert.True(await slow.MoveNextAsync());
        // Each listener has a queue of its own: the marker may have the last one while the slow one is about to get it.
        Assert.InRange(slow.Current.Step, last - ProgressQueue.Length, last);
        JobProgress final = await ReadToAsync(slow, last);
        Assert.Equal((job, 1, JobStage.Decoding, last), (final.JobId, final.Candidate, final.Stage, final.Steps));
        Assert.Equal([1, 2, 3], final.Preview!);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await slow.MoveNextAsync());
    }

    [Fact]
    public async Task The_last_progress_of_a_job_is_there_for_who_asks_later_and_elsewhere()
    {
        await using RedisProcess worker = await StartAsync("latest:");
        await using RedisProcess gateway = await StartAsync("latest:");
        var job = Guid.NewGuid();
        Assert.Null(await gateway.Progress.LatestAsync(job, Cancellation));
        Assert.False(await worker.Progress.PublishAsync(new JobProgress(job, 0, JobStage.Decoding, 1, 9, null)), "nobody listens");
        await Eventually.TrueAsync(
            async () =>
            {
                await worker.Progress.PublishAsync(new JobProgress(job, 1, JobStage.Decoding, 2, 9, [1, 2, 3]));
                return await gateway.Progress.LatestAsync(job, Cancellation) == new JobProgress(job, 1, JobStage.Decoding, 2, 9, null);
            },
            "the last one is there, without its preview");
        Assert.Null(await gateway.Progress.LatestAsync(Guid.NewGuid(), Cancellation));
    }

    /// <summary>Subscribing takes a way to the server and back; tells until it is heard.</summary>
    internal static async Task HearAsync(RedisProcess teller, Guid job, IAsyncEnumerator<JobProgress> listener)
    {
        Task<bool> heard = listener.MoveNextAsync().AsTask();
        await Eventually.TrueAsync(
            async () =>
            {
                await teller.Progress.PublishAsync(new JobProgress(job, 0, JobStage.Encoding, 0, 1, null));
                return heard.IsCompleted;
            },
            "progress is heard");
        Assert.True(await heard);
    }

    /// <summary>Reads on to a step, in the order of telling.</summary>
    private static async Task<JobProgress> ReadToAsync(IAsyncEnumerator<JobProgress> listener, int step)
    {
        int before = -1;
        while (listener.Current is null || listener.Current.Step != step)
        {
            Assert.True(await listener.MoveNextAsync());
            Assert.InRange(listener.Current!.Step, before, step);
            before = listener.Current.Step;
        }

        return listener.Current;
    }

    private static async Task<RedisProcess> StartAsync(string prefix) => new((await TestRedis.SharedAsync()).Connection, prefix);
}
