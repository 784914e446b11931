using Limner.ServiceDefaults.Rates;
using Limner.ServiceDefaults.Tests.RedisServer;
using Limner.TestServers;

namespace Limner.ServiceDefaults.Tests.Rates;

/// <summary>Processes that share a real Redis share the rate.</summary>
public sealed class RedisRateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_together_grant_the_minutes_number_and_no_more()
    {
        await using RedisProcess one = await StartAsync(), other = await StartAsync();
        string owner = $"{Guid.NewGuid():N}";
        long started = TimeProvider.System.GetTimestamp();
        RequestRate[] rates = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => TakeAsync(i % 2 == 0 ? one : other, owner, new RequestBudget("key", 50))));

        // One more is gained every 1.2 s.
        Assert.InRange(rates.Count(rate => rate.IsGranted), 50, 50 + (int)(TimeProvider.System.GetElapsedTime(started) / TimeSpan.FromSeconds(1.2)));
        Assert.All(rates.Where(rate => !rate.IsGranted), rate => Assert.InRange(rate.RetryAfter, TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(1.2)));
    }

    [Fact]
    public async Task All_budgets_are_taken_from_or_none()
    {
        await using RedisProcess process = await StartAsync();
        string owner = $"{Guid.NewGuid():N}";
        RequestBudget tenant = new("tenant", 1000), key = new("key", 1);
        Assert.True((await TakeAsync(process, owner, tenant, key)).IsGranted);
        RequestRate refused = await TakeAsync(process, owner, tenant, key);
        Assert.Equal((false, 1, 0), (refused.IsGranted, refused.Limit, refused.Remaining));
        Assert.InRange(refused.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        for (int i = 0; i < 50; i++)
        {
            await TakeAsync(process, owner, tenant, key);
        }

        Assert.InRange((await TakeAsync(process, owner, tenant)).Remaining, 998, 1000);
    }

    [Fact]
    public async Task Without_Redis_each_process_counts_for_itself_and_with_it_they_count_together_again()
    {
        await using TestRedis server = await TestRedis.StartOwnAsync();
        await using var one = new RedisProcess(server.Connection);
        await using var other = new RedisProcess(server.Connection);
        RequestBudget budget = new("key", 1);
        Assert.True((await TakeAsync(one, "a", budget)).IsGranted);
        Assert.False((await TakeAsync(other, "a", budget)).IsGranted);

        await server.KillAsync();
        Assert.True((await TakeAsync(one, "b", budget)).IsGranted);
        Assert.False((await TakeAsync(one, "b", budget)).IsGranted);
        Assert.True((await TakeAsync(other, "b", budget)).IsGranted);

        await server.StartAsync();
        int owners = 0;
        await Eventually.TrueAsync(
            async () => (await TakeAsync(one, $"c{++owners}", budget)).IsGranted && !(await TakeAsync(other, $"c{owners}", budget)).IsGranted, "they count together");
    }

    private static Task<RequestRate> TakeAsync(RedisProcess process, string owner, params RequestBudget[] budgets) => process.Rates.TakeAsync(owner, budgets, Cancellation);

    private static async Task<RedisProcess> StartAsync() => new((await TestRedis.SharedAsync()).Connection, "rates:");
}
