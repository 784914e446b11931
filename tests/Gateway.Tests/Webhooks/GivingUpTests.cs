using System.Net;
using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Webhooks.Deliveries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Webhooks;

public sealed class GivingUpTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Disabling_an_endpoint_ends_what_waits_for_it_which_can_be_replayed(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), settings: ("Webhooks:FirstRetry", "01:00:00"));
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = Receiver.Status(503);
        using GatewayClient client = await gateway.NewTenantAsync();
        JsonObject endpoint = await client.CreateWebhookAsync(receiver.Url);
        string[] waiting = [await client.DeliveryOfAsync(await client.CompleteJobAsync()), await client.DeliveryOfAsync(await client.CompleteJobAsync())];
        foreach (string id in waiting)
        {
            await client.WaitForDeliveryAsync(id, delivery => delivery["next_attempt_at"] is not null);
        }

        await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{endpoint["id"]}", new { enabled = false });

        Assert.All(await client.DeliveriesAsync(), delivery => Assert.Equal(("failed", null), ((string)delivery["status"]!, delivery["next_attempt_at"])));
        receiver.Answer = Receiver.Status(200);
        await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{endpoint["id"]}", new { enabled = true });
        Assert.Equal(2, receiver.Calls.Count);
        await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/deliveries/{waiting[1]}/replay", expected: HttpStatusCode.Accepted);
        await client.WaitForDeliveryAsync(waiting[1], "delivered");
        Assert.Equal(3, receiver.Calls.Count);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task After_three_days_of_failures_it_ends_can_be_replayed_and_is_forgotten_in_the_end(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            await MigrationTests.NewAsync(provider), time, settings: [("Webhooks:FirstRetry", "00:00:05"), ("Webhooks:CircuitPause", "00:00:30")]);
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = Receiver.Status(500);
        using GatewayClient client = await gateway.NewTenantAsync();
        await client.CreateWebhookAsync(receiver.Url);
        string id = await client.DeliveryOfAsync(await client.CompleteJobAsync());
        int attempts = 0;
        DateTimeOffset first = default, last = default;
        JsonObject delivery = await client.DeliveryAsync(id);
        while ((string)delivery["status"]! == "pending")
        {
            delivery = await client.WaitForDeliveryAsync(id, seen => (int)seen["attempt_count"]! > attempts && ((string)seen["status"]! != "pending" || seen["next_attempt_at"] is not null));
            attempts = (int)delivery["attempt_count"]!;
            last = (DateTimeOffset)delivery["attempts"]!.AsArray()[^1]!["at"]!;
            first = attempts == 1 ? last : first;
            if (delivery["next_attempt_at"] is { } next)
            {
                time.Advance((DateTimeOffset)next - time.GetUtcNow() + TimeSpan.FromSeconds(1));
            }
        }

        Assert.Equal("failed", (string?)delivery["status"]);
        Assert.Contains("time", (string)delivery["reason"]!, StringComparison.Ordinal);
        Assert.InRange(attempts, 11, 14);
        Assert.InRange(last - first, TimeSpan.FromHours(48), TimeSpan.FromHours(73));
        Assert.Equal(attempts, receiver.Calls.Count);

        receiver.Answer = Receiver.Status(200);
        await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/deliveries/{id}/replay", expected: HttpStatusCode.Accepted);
        delivery = await client.WaitForDeliveryAsync(id, "delivered");
        Assert.Null(delivery["reason"]);

        await using (GatewayContext before = gateway.Database.Read())
        {
            Assert.True(await before.ClosedLanes.AnyAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(0, await gateway.Services.GetRequiredService<DeliverySweep>().SweepAsync(TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(1, await gateway.Services.GetRequiredService<DeliverySweep>().SweepAsync(TestContext.Current.CancellationToken));
        await client.CallAsync(HttpMethod.Get, $"/v1/webhooks/deliveries/{id}", expected: HttpStatusCode.NotFound);
        await using GatewayContext context = gateway.Database.Read();
        Assert.False(await context.ClosedLanes.AnyAsync(TestContext.Current.CancellationToken));
    }
}
