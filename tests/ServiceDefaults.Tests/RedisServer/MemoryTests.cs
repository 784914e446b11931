using Limner.Contracts.Jobs;
using Limner.ServiceDefaults.Cancellation;
using Limner.ServiceDefaults.Conditioning;
using Limner.ServiceDefaults.Progress;

namespace Limner.ServiceDefaults.Tests.RedisServer;

/// <summary>What stands in Redis's place in a process that has none.</summary>
public sealed class MemoryTests
{
    private readonly FakeClock _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_cache_forgets_when_the_time_is_over()
    {
        var cache = new MemoryConditioningCache(_clock);
        await cache.SetAsync("key", new byte[] { 7 }, TimeSpan.FromMinutes(1), Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal([7], (await cache.GetAsync("key", Cancellation))!);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await cache.GetAsync("key", Cancellation));
    }

    [Fact]
    public async Task The_cache_keeps_what_was_used_last_within_its_limit()
    {
        var cache = new MemoryConditioningCache(_clock, limit: 100);
        await SetAsync("a", 40);
        await SetAsync("b", 40);
        Assert.NotNull(await cache.GetAsync("a", Cancellation));
        await SetAsync("c", 40);
        Assert.Null(await cache.GetAsync("b", Cancellation));
        Assert.NotNull(await cache.GetAsync("a", Cancellation));
        // Setting again replaces, and its old bytes are no longer counted.
        await SetAsync("c", 60);
        Assert.NotNull(await cache.GetAsync("a", Cancellation));
        await SetAsync("d", 101);
        Assert.Null(await cache.GetAsync("d", Cancellation));

        Task SetAsync(string key, int bytes) => cache.SetAsync(key, new byte[bytes], TimeSpan.FromHours(1), Cancellation);
    }

    [Fact]
    public async Task A_flag_falls_when_its_time_is_over()
    {
        var flags = new MemoryCancelFlags(_clock);
        var job = Guid.NewGuid();
        await flags.RaiseAsync(job, TimeSpan.FromMinutes(1), Cancellation);
        Assert.True(await flags.IsRaisedAsync(job, Cancellation));
        Assert.False(await flags.IsRaisedAsync(Guid.NewGuid(), Cancellation));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(await flags.IsRaisedAsync(job, Cancellation));
    }

    [Fact]
    public async Task Progress_reaches_each_listener_of_its_job_from_the_subscription_on_and_the_slow_lose_the_oldest()
    {
        var channel = new MemoryProgressChannel();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var job = Guid.NewGuid();
        IAsyncEnumerable<JobProgress>[] listeners = [channel.SubscribeAsync(job, end.Token), channel.SubscribeAsync(job, end.Token)];
        for (int step = 1; step <= ProgressQueue.Length + 10; step++)
        {
            Assert.True(await channel.PublishAsync(Step(job, step)), "somebody listens");
            Assert.False(await channel.PublishAsync(Step(Guid.NewGuid(), step)), "nobody listens");
        }

        foreach (IAsyncEnumerable<JobProgress> listener in listeners)
        {
            var steps = new List<int>();
            await foreach (JobProgress progress in listener)
            {
                steps.Add(progress.Step);
                if (steps.Count == ProgressQueue.Length)
                {
                    break;
                }
            }

            Assert.Equal(Enumerable.Range(11, ProgressQueue.Length), steps);
        }

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (JobProgress _ in channel.SubscribeAsync(job, end.Token))
            {
            }
        });
    }

    private static JobProgress Step(Guid job, int step) => new(job, 0, JobStage.Decoding, step, 100, null);
}
