using System.Data.Common;
using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Webhooks;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Webhooks;

/// <summary>A receiver in trouble, for whom very much waits.</summary>
public sealed class BacklogTests
{
    private const int Waiting = 20_000;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_lane_that_closes_is_one_row_and_closed_for_every_gateway(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            await MigrationTests.NewAsync(provider), settings: [("Webhooks:CircuitPause", "00:10:00"), ("Webhooks:FirstRetry", "01:00:00")]);
        await using Receiver receiver = await Receiver.StartAsync();
        var filled = new TaskCompletionSource();
        receiver.Answer = async (http, call) =>
        {
            await filled.Task;
            await Receiver.Status(500)(http, call);
        };
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid endpoint = WebhookId.Endpoint.Parse((string)(await client.CreateWebhookAsync(receiver.Url))["id"]!)!.Value;
        string lane = $"{endpoint:N}.0";
        DateTimeOffset due = TimeProvider.System.GetUtcNow().AddHours(-1);
        await Backlog.WriteAsync(gateway.Database, endpoint, lane, client.Tenant, Waiting, due);
        filled.SetResult();

        await using GatewayContext context = gateway.Database.Read();
        await Eventually.TrueAsync(async () => await context.ClosedLanes.AnyAsync(TestContext.Current.CancellationToken)
            && !await context.WebhookDeliveries.AnyAsync(delivery => delivery.IsSending, TestContext.Current.CancellationToken));
        ClosedLane closed = await context.ClosedLanes.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(lane, closed.Lane);
        Assert.InRange(closed.ClosedUntil - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(10));
        int tried = receiver.Calls.Count;
        Assert.InRange(tried, 5, 8);
        Assert.Equal(Waiting - tried, await context.WebhookDeliveries.CountAsync(delivery => delivery.Attempts == 0 && delivery.Due == delivery.Created, TestContext.Current.CancellationToken));

        JsonObject[] pending = await client.DeliveriesAsync("&status=pending");
        JsonObject[] waiting = [.. pending.Where(delivery => (int)delivery["attempt_count"]! == 0)];
        Assert.NotEmpty(waiting);
        Assert.All(waiting, delivery => Assert.Equal(closed.ClosedUntil, (DateTimeOffset)delivery["next_attempt_at"]!));
        Assert.Equal(closed.ClosedUntil, (DateTimeOffset)(await client.DeliveryAsync((string)waiting[0]["id"]!))["next_attempt_at"]!);

        var later = new ShiftedTime();
        (DeliveryClaims second, _) = Backlog.Claims(gateway.Database, later);
        Assert.Empty(await second.TakeAsync(TestContext.Current.CancellationToken));
        later.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(4, (await second.TakeAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Of_two_that_close_a_lane_the_later_end_is_right_and_only_a_success_after_it_opens_it(string provider)
    {
        using Transactions database = await NewAsync(provider);
        var time = new ShiftedTime();
        DeliveryLedger ledger = Ledger(database, time);
        // As finely as the databases keep it.
        var end = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds() + 60);
        await ledger.CloseAsync("lane", end);
        await ledger.CloseAsync("lane", end.AddSeconds(-30));
        await ledger.OpenAsync("lane");
        Assert.Equal(end, await ClosedUntilAsync(database));
        await ledger.CloseAsync("lane", end.AddSeconds(30));
        Assert.Equal(end.AddSeconds(30), await ClosedUntilAsync(database));
        time.Advance(TimeSpan.FromMinutes(3));
        await ledger.OpenAsync("lane");
        Assert.Null(await ClosedUntilAsync(database));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_a_closed_lane_has_had_for_too_long_ends(string provider)
    {
        using Transactions database = await NewAsync(provider);
        var time = new ShiftedTime();
        DateTimeOffset now = time.GetUtcNow();
        WebhookEndpoint endpoint = await Backlog.NewEndpointAsync(database, "t", now);
        await Backlog.WriteAsync(database, endpoint.Id, endpoint.Lane, "t", 2500, now.AddDays(-4));
        await Backlog.WriteAsync(database, endpoint.Id, endpoint.Lane, "t", 10, now.AddDays(-2));
        await Backlog.WriteAsync(database, endpoint.Id, endpoint.Lane, "t", 10, now.AddDays(-5), "job.progress");
        await Backlog.WriteAsync(database, endpoint.Id, "another", "t", 10, now.AddDays(-4));

        await Ledger(database, time).EndOldAsync(endpoint.Lane);

        await using GatewayContext context = database.Read();
        Assert.Equal(2500, await context.WebhookDeliveries.CountAsync(delivery => delivery.State == DeliveryState.Failed && delivery.Due == null, TestContext.Current.CancellationToken));
        Assert.Equal(20, await context.WebhookDeliveries.CountAsync(delivery => delivery.State == DeliveryState.Pending, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task All_that_waits_follows_a_change_of_address_in_portions(string provider)
    {
        var counter = new RowCounter();
        using Transactions database = await NewAsync(provider, counter);
        var time = new ShiftedTime();
        DateTimeOffset now = time.GetUtcNow();
        WebhookEndpoint before = await Backlog.NewEndpointAsync(database, "t", now, "https://old.example.org/");
        await Backlog.WriteAsync(database, before.Id, before.Lane, "t", Waiting, now.AddHours(-1));
        await Backlog.WriteAsync(database, before.Id, $"{before.Lane} replayed", "t", 10, now.AddHours(-1));
        WebhookEndpoint after = before with { Url = "https://new.example.org/", Revision = 1 };
        await Backlog.WriteAsync(database, before.Id, $"{after.Lane} replayed", "t", 10, now.AddHours(5));
        await database.WriteAsync(context => Task.FromResult(context.Update(after)), TestContext.Current.CancellationToken);
        (DeliveryClaims claims, _) = Backlog.Claims(database, time);
        // What is taken up before it has been moved goes to the new address, and stays where it is.
        IReadOnlyList<ClaimedDelivery> taken = await claims.TakeAsync(TestContext.Current.CancellationToken);
        Assert.Equal(8, taken.Count);
        Assert.All(taken, claimed => Assert.Equal(after.Url, claimed.Url));

        counter.Changed.Clear();
        await DeliveryLedger.MoveAsync(database, after, now, TestContext.Current.CancellationToken);

        Assert.All(counter.Changed, rows => Assert.InRange(rows, 0, 1000));
        await using GatewayContext context = database.Read();
        IQueryable<WebhookDelivery> moved = context.WebhookDeliveries.Where(delivery => delivery.Lane == after.Lane);
        Assert.Equal(Waiting + 10 - taken.Count, await moved.CountAsync(TestContext.Current.CancellationToken));
        Assert.False(await moved.AnyAsync(delivery => delivery.IsSending || delivery.Due < now.AddMinutes(-1), TestContext.Current.CancellationToken));
        Assert.Equal(10, await context.WebhookDeliveries.CountAsync(delivery => delivery.Lane == $"{after.Lane} replayed", TestContext.Current.CancellationToken));
        Assert.Equal(taken.Count, await context.WebhookDeliveries.CountAsync(delivery => delivery.IsSending, TestContext.Current.CancellationToken));
    }

    private static DeliveryLedger Ledger(Transactions database, TimeProvider time) => new(database, Options.Create(new WebhookOptions { EncryptionKeys = RunningGateway.WebhookKey }), time);

    private static async Task<DateTimeOffset?> ClosedUntilAsync(Transactions database)
    {
        await using GatewayContext context = database.Read();
        return (await context.ClosedLanes.SingleOrDefaultAsync(TestContext.Current.CancellationToken))?.ClosedUntil;
    }

    private static async Task<Transactions> NewAsync(string provider, params IInterceptor[] interceptors)
    {
        Transactions database = Contexts.Open(await MigrationTests.NewAsync(provider), interceptors);
        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);
        return database;
    }

    /// <summary>How many rows each statement changed.</summary>
    private sealed class RowCounter : DbCommandInterceptor
    {
        public List<int> Changed { get; } = [];

        public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            Changed.Add(result);
            return ValueTask.FromResult(result);
        }
    }
}
