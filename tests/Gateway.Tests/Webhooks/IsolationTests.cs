using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Tests.Webhooks;

/// <summary>One receiver's trouble is not another's.</summary>
public sealed class IsolationTests
{
    private const int Backlog = 120;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_receiver_that_does_not_answer_slows_nobody(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            await MigrationTests.NewAsync(provider), settings: [("Webhooks:Timeout", "00:01:00"), ("Webhooks:CircuitPause", "00:10:00"), ("Webhooks:FirstRetry", "01:00:00")]);
        await using Receiver dead = await Receiver.StartAsync(), well = await Receiver.StartAsync();
        int held = 0;
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        dead.Answer = async (http, call) =>
        {
            Interlocked.Increment(ref held);
            await released.Task.WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Receiver.Status(500)(http, call);
        };
        using GatewayClient sufferer = await gateway.NewTenantAsync(), other = await gateway.NewTenantAsync();
        await sufferer.CreateWebhookAsync(dead.Url);
        await sufferer.CreateWebhookAsync($"{well.Url}/same-tenant");
        await other.CreateWebhookAsync($"{well.Url}/other-tenant");
        foreach (int _ in Enumerable.Range(0, Backlog))
        {
            await sufferer.ApproveAsync(await sufferer.SubmitAsync());
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref held) > 0);
        await other.CompleteJobAsync();
        await Eventually.TrueAsync(() => well.Calls.Any(call => call.Path == "/other-tenant"));
        await Eventually.TrueAsync(() => well.Calls.Count(call => call.Path == "/same-tenant") == Backlog);

        // Its own concurrency; then five have failed, and the way to it is closed.
        Assert.Equal(4, Volatile.Read(ref held));
        released.SetResult();
        await Eventually.TrueAsync(async () => (await sufferer.DeliveriesAsync("&status=pending")).All(delivery => delivery["next_attempt_at"] is not null));
        Assert.InRange(Volatile.Read(ref held), 4, 8);
    }

    [Fact]
    public async Task A_tenant_has_a_quarter_of_what_is_sent_at_once_whatever_it_has_waiting()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            TestDatabase.Sqlite(), settings: [("Webhooks:Timeout", "00:01:00"), ("Webhooks:MaxConcurrency", "8"), ("Webhooks:MaxConcurrencyPerEndpoint", "4")]);
        await using Receiver slow = await Receiver.StartAsync(), well = await Receiver.StartAsync();
        int held = 0, most = 0;
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        slow.Answer = async (http, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref held));
            await released.Task.WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref held);
        };
        using GatewayClient greedy = await gateway.NewTenantAsync(), other = await gateway.NewTenantAsync();
        foreach (int endpoint in Enumerable.Range(0, 3))
        {
            await greedy.CreateWebhookAsync($"{slow.Url}/{endpoint}");
        }

        await other.CreateWebhookAsync(well.Url);
        foreach (int _ in Enumerable.Range(0, 4))
        {
            await greedy.CompleteJobAsync();
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref held) == 2);
        await other.CompleteJobAsync();
        await Eventually.TrueAsync(() => well.Calls.Count == 1);
        Assert.Equal(2, most);
        released.SetResult();
        await Eventually.TrueAsync(async () => (await greedy.DeliveriesAsync("&status=delivered")).Length == 12);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task A_dead_receiver_is_tried_by_one_request_at_a_time_and_gets_everything_when_it_is_well()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Webhooks:CircuitPause", "00:00:00.200")]);
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = Receiver.Status(500);
        using GatewayClient client = await gateway.NewTenantAsync();
        await client.CreateWebhookAsync(receiver.Url);
        foreach (int _ in Enumerable.Range(0, 40))
        {
            await client.ApproveAsync(await client.SubmitAsync());
        }

        await Eventually.TrueAsync(async () => (await client.DeliveriesAsync()).Length == 40);
        // Without the circuit each would have been tried by now, and again.
        Assert.InRange(receiver.Calls.Count, 1, 30);
        receiver.Answer = Receiver.Status(200);
        await Eventually.TrueAsync(async () => (await client.DeliveriesAsync("&status=delivered")).Length == 40);
        Assert.Equal(40, receiver.Calls.Select(call => call.Id).Distinct().Count());
        await using GatewayContext context = gateway.Database.Read();
        await Eventually.TrueAsync(async () => !await context.ClosedLanes.AnyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_slow_receiver_is_given_up_after_its_time_and_tried_again()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Webhooks:Timeout", "00:00:00.500")]);
        await using Receiver receiver = await Receiver.StartAsync();
        int slow = 1;
        receiver.Answer = async (http, _) =>
        {
            if (Interlocked.Decrement(ref slow) >= 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        };
        using GatewayClient client = await gateway.NewTenantAsync();
        await client.CreateWebhookAsync(receiver.Url);
        JsonObject delivery = await client.WaitForDeliveryAsync(await client.DeliveryOfAsync(await client.CompleteJobAsync()), "delivered");

        Assert.Equal(["timeout", null], delivery["attempts"]!.AsArray().Select(attempt => (string?)attempt!["error"]));
        Assert.InRange((long)delivery["attempts"]![0]!["latency_ms"]!, 450, 30_000);
    }
}
