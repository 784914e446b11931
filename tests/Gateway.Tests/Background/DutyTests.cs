using Limner.Gateway.Background;
using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.ObjectStorage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Background;

public sealed class DutyTests
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static TheoryData<string> Providers => ["sqlite", "postgres"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task One_of_several_does_it_and_none_again_before_the_interval_is_over(string provider)
    {
        using Transactions database = await NewAsync(provider);
        var time = new ShiftedTime();
        Duties[] gateways = [.. Enumerable.Range(0, 4).Select(_ => new Duties(database, time))];
        int done = 0;
        async Task<int> AllAsync(TimeSpan every)
        {
            done = 0;
            bool[] here = await Task.WhenAll(gateways.Select(gateway => gateway.DoAsync("sweep", every, async stop =>
            {
                Interlocked.Increment(ref done);
                await Task.Delay(Work, TimeProvider.System, stop);
            }, Cancellation)));
            Assert.Equal(done, here.Count(was => was));
            return done;
        }

        Assert.Equal(1, await AllAsync(Hour));
        Assert.Equal(0, await AllAsync(Hour));
        Assert.True(await gateways[0].DoAsync("another", Hour, _ => Task.CompletedTask, Cancellation));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(0, await AllAsync(Hour));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await AllAsync(Hour));
        // A shorter interval holds at once, and what differs by less than a hold does not count as one.
        Assert.Equal(0, await AllAsync(Hour - TimeSpan.FromMinutes(1)));
        Assert.Equal(1, await AllAsync(TimeSpan.FromMinutes(10)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_one_that_is_gone_was_doing_another_does_when_its_hold_is_over(string provider)
    {
        using Transactions database = await NewAsync(provider);
        var time = new ShiftedTime();
        using var dying = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> gone = new Duties(database, time).DoAsync("sweep", Hour, async stop =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        }, dying.Token);
        await begun.Task;
        await dying.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        var other = new Duties(database, time);
        Assert.False(await other.DoAsync("sweep", Hour, _ => Task.CompletedTask, Cancellation));
        time.Advance(Duties.Hold - TimeSpan.FromSeconds(50));
        Assert.False(await other.DoAsync("sweep", Hour, _ => Task.CompletedTask, Cancellation));
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.True(await other.DoAsync("sweep", Hour, _ => Task.CompletedTask, Cancellation));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Who_takes_keepingkeeps_it_until_another_has_it(string provider)
    {
        using Transactions database = await NewAsync(provider);
        Task<bool> keeping = new Duties(database, new QuickTimers()).DoAsync("sweep", Hour, async stop =>
        {
            // 1. It is put off again and again
            DateTimeOffset first = (await ReadAsync(database))!.Due;
            await Eventually.TrueAsync(async () => (await ReadAsync(database))!.Due > first);

            // 2. Somebody took it while this one stood still
            await database.WriteAsync(context => context.Duties.ExecuteUpdateAsync(set => set.SetProperty(duty => duty.Holder, Guid.NewGuid()), Cancellation), Cancellation);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        }, Cancellation);

        Assert.True(await keeping);
        Assert.NotNull((await ReadAsync(database))!.Holder);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_failed_is_due_again_in_a_minute(string provider)
    {
        using Transactions database = await NewAsync(provider);
        var time = new ShiftedTime();
        var duties = new Duties(database, time);
        await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => duties.DoAsync("sweep", Hour, _ => throw new ObjectStoreUnavailableException("away"), Cancellation));

        Assert.False(await duties.DoAsync("sweep", Hour, _ => Task.CompletedTask, Cancellation));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await duties.DoAsync("sweep", Hour, _ => Task.CompletedTask, Cancellation));
    }

    [Fact]
    public async Task Two_gateways_list_the_bucket_once_in_an_interval()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        using var store = new CountingStore();
        long begin = TimeProvider.System.GetTimestamp();
        await using RunningGateway one = await StartAsync(database, store, "00:00:01"), two = await StartAsync(database, store, "00:00:01");

        await Eventually.TrueAsync(() => store.Listings >= 5);

        // The first at once, and one a second after it; each on its own would have had them in half the time.
        int listings = store.Listings;
        Assert.InRange(listings, 5, 1 + TimeProvider.System.GetElapsedTime(begin).TotalSeconds);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_start_within_the_interval_lists_nothing(string provider)
    {
        TestDatabase database = await MigrationTests.NewAsync(provider);
        using var store = new CountingStore();
        await using (RunningGateway first = await StartAsync(database, store, "1.00:00:00"))
        {
            await Eventually.TrueAsync(async () => store.Listings == 1 && await ReadAsync(first.Database, "orphans") is { Holder: null });
        }

        // An hour later: what the first had in hand when it was stopped is free.
        var time = new ShiftedTime();
        time.Advance(Hour);
        await using RunningGateway next = await StartAsync(database, store, "1.00:00:00", time);
        // Other duties, which are looked for in the same way, are done over and over meanwhile.
        foreach (int _ in Enumerable.Range(0, 3))
        {
            DateTimeOffset now = time.GetUtcNow();
            await Eventually.TrueAsync(async () => await ReadAsync(next.Database, "jobs") is { Holder: null } duty && duty.Due > now + TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, store.Listings);
    }

    private static Task<RunningGateway> StartAsync(TestDatabase database, CountingStore store, string interval, TimeProvider? time = null) => RunningGateway.StartAsync(
        database, time, configure: services => services.AddSingleton<IObjectStore>(store),
        settings: [("Gateway:BootstrapKey", "lmn_bootstrap_0123456789_0123456789"), ("Retention:OrphanInterval", interval), ("Retention:Interval", "00:00:01")]);

    private static async Task<Transactions> NewAsync(string provider)
    {
        Transactions database = Contexts.Open(await MigrationTests.NewAsync(provider));
        await new Migrator(database).MigrateAsync(Cancellation);
        return database;
    }

    private static async Task<Duty?> ReadAsync(Transactions database, string name = "sweep")
    {
        await using GatewayContext context = database.Read();
        return await context.Duties.AsNoTracking().SingleOrDefaultAsync(duty => duty.Name == name, Cancellation);
    }

    /// <summary>The real clock, whose timers take a hundredth of their time.</summary>
    private sealed class QuickTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period);
    }
}
