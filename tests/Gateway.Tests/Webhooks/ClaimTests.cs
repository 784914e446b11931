using System.Data.Common;
using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Limner.Gateway.Tests.Webhooks;

public sealed class ClaimTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_could_not_be_claimed_holds_no_place(string provider)
    {
        var fault = new OneFault();
        using Transactions database = await NewAsync(provider, fault);
        WebhookEndpoint endpoint = await Backlog.NewEndpointAsync(database, "t", Now);
        await Backlog.WriteAsync(database, endpoint.Id, endpoint.Lane, "t", 100, Now.AddHours(-1));
        (DeliveryClaims claims, Lanes lanes) = Backlog.Claims(database, TimeProvider.System);
        int room = lanes.Room;

        fault.IsArmed = true;
        await Assert.ThrowsAnyAsync<Exception>(() => claims.TakeAsync(TestContext.Current.CancellationToken));
        Assert.Equal(room, lanes.Room);
        Assert.Equal(4, (await claims.TakeAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task However_much_others_have_that_is_older_each_gets_its_turn(string provider)
    {
        using Transactions database = await NewAsync(provider);
        foreach (string old in new[] { "a", "b", "c", "d" })
        {
            await WriteAsync(database, old, 250, Now.AddHours(-2));
        }

        await WriteAsync(database, "late", 1, Now.AddHours(-1));
        (DeliveryClaims claims, Lanes lanes) = Backlog.Claims(database, TimeProvider.System, atOnce: 4);

        IReadOnlyList<ClaimedDelivery> first = await claims.TakeAsync(TestContext.Current.CancellationToken);
        Assert.Equal(4, first.Select(claimed => claimed.Delivery.Lane).Distinct().Count());
        Assert.Empty(await claims.TakeAsync(TestContext.Current.CancellationToken));
        foreach (ClaimedDelivery claimed in first)
        {
            lanes.Leave(claimed.Delivery, null, Now);
        }

        IReadOnlyList<ClaimedDelivery> second = await claims.TakeAsync(TestContext.Current.CancellationToken);
        Assert.Contains("late", first.Concat(second).Select(claimed => claimed.Delivery.Tenant));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_round_comes_to_every_lane_and_ends(string provider)
    {
        const int Many = 700; // more than one look probes, and more than it returns
        using Transactions database = await NewAsync(provider);
        WebhookEndpoint endpoint = await Backlog.NewEndpointAsync(database, "t", Now);
        foreach (int i in Enumerable.Range(0, Many))
        {
            await Backlog.WriteAsync(database, endpoint.Id, $"{i:x8}", $"tenant{i}", 1, Now.AddHours(i % 7 == 0 ? -1 : 1_000_000));
        }

        (DeliveryClaims claims, Lanes lanes) = Backlog.Claims(database, TimeProvider.System);
        var seen = new List<string>();
        int looks = 0;
        do
        {
            foreach (ClaimedDelivery claimed in await claims.TakeAsync(TestContext.Current.CancellationToken))
            {
                seen.Add(claimed.Delivery.Lane);
                lanes.Leave(claimed.Delivery, null, Now);
            }
        }
        while (++looks < 2 || !claims.IsRoundOver);

        Assert.InRange(looks, 2, 5);
        Assert.Equal(Many / 7, seen.Distinct().Count());
        Assert.Equal(Many / 7, seen.Count);
    }

    private static async Task WriteAsync(Transactions database, string tenant, int count, DateTimeOffset due)
    {
        WebhookEndpoint endpoint = await Backlog.NewEndpointAsync(database, tenant, Now);
        await Backlog.WriteAsync(database, endpoint.Id, endpoint.Lane, tenant, count, due);
    }

    private static async Task<Transactions> NewAsync(string provider, params IInterceptor[] interceptors)
    {
        Transactions database = Contexts.Open(await MigrationTests.NewAsync(provider), interceptors);
        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);
        return database;
    }

    /// <summary>The database goes away when claims are written, once.</summary>
    private sealed class OneFault : DbCommandInterceptor
    {
        public bool IsArmed { get; set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (IsArmed && command.CommandText.StartsWith("UPDATE", StringComparison.Ordinal))
            {
                IsArmed = false;
                throw new TimeoutException("gone");
            }

            return ValueTask.FromResult(result);
        }
    }
}
