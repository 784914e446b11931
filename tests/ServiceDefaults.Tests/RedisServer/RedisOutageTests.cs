using Limner.Contracts.Jobs;
using Limner.ServiceDefaults.Progress;
using Limner.TestServers;

namespace Limner.ServiceDefaults.Tests.RedisServer;

/// <summary>Redis is killed, comes back, was never there: slower, not wrong.</summary>
public sealed class RedisOutageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_kill_is_a_miss_and_a_restart_is_found_again_by_calls_and_listeners()
    {
        await using TestRedis server = await TestRedis.StartOwnAsync();
        await using var process = new RedisProcess(server.Connection);
        var job = Guid.NewGuid();
        await using IAsyncEnumerator<JobProgress> listener = process.Progress.SubscribeAsync(job, Cancellation).GetAsyncEnumerator(Cancellation);
        await RedisTests.HearAsync(process, job, listener);
        await process.Cache.SetAsync("key", new byte[1], TimeSpan.FromHours(1), Cancellation);
        await process.Flags.RaiseAsync(job, TimeSpan.FromHours(1), Cancellation);
        Assert.NotNull(await process.Cache.GetAsync("key", Cancellation));

        await server.KillAsync();
        await AssertMissingAsync(process, job);

        await server.StartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await process.Cache.SetAsync("key", new byte[2], TimeSpan.FromHours(1), Cancellation);
                return (await process.Cache.GetAsync("key", Cancellation))?.Length == 2;
            },
            "the cache works again");
        Assert.False(await process.Flags.IsRaisedAsync(job, Cancellation));
        await RedisTests.HearAsync(process, job, listener);
    }

    [Fact]
    public async Task A_server_that_was_never_there_is_a_miss_until_it_comes()
    {
        await using TestRedis server = await TestRedis.StartOwnAsync();
        await server.StopAsync();
        await using var process = new RedisProcess(server.Connection);
        var job = Guid.NewGuid();
        await AssertMissingAsync(process, job);
        await using IAsyncEnumerator<JobProgress> listener = process.Progress.SubscribeAsync(job, Cancellation).GetAsyncEnumerator(Cancellation);
        await server.StartAsync();
        await RedisTests.HearAsync(process, job, listener);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_told_that_it_was_a_miss()
    {
        TestRedis server = await TestRedis.SharedAsync();
        await using var process = new RedisProcess(server.Connection);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => process.Cache.GetAsync("key", new CancellationToken(true)));
    }

    private static async Task AssertMissingAsync(RedisProcess process, Guid job)
    {
        Assert.Null(await process.Cache.GetAsync("key", Cancellation));
        await process.Cache.SetAsync("key", new byte[1], TimeSpan.FromHours(1), Cancellation);
        await process.Flags.RaiseAsync(job, TimeSpan.FromHours(1), Cancellation);
        Assert.False(await process.Flags.IsRaisedAsync(job, Cancellation));
        Assert.False(await process.Progress.PublishAsync(new JobProgress(job, 0, JobStage.Decoding, 1, 1, null)));
        Assert.Null(await process.Progress.LatestAsync(job, Cancellation));
    }
}
