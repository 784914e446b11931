using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Webhooks;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.Gateway.Webhooks.Events;
using Limner.Gateway.Webhooks.Signing;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Webhooks;

public sealed class SeveralGatewaysTests
{
    [Fact]
    public async Task Two_gateways_send_each_delivery_once()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        await using RunningGateway one = await RunningGateway.StartAsync(database), two = await RunningGateway.StartAsync(database);
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await one.NewTenantAsync();
        await client.CreateWebhookAsync($"{receiver.Url}/1");
        await client.CreateWebhookAsync($"{receiver.Url}/2");
        for (int i = 0; i < 40; i++)
        {
            await client.ApproveAsync(await client.SubmitAsync());
        }

        await Eventually.TrueAsync(async () => (await client.DeliveriesAsync("&status=delivered")).Length == 80);
        Assert.Equal(80, receiver.Calls.Count);
        Assert.Equal(80, receiver.Calls.Select(call => (call.Path, call.Id)).Distinct().Count());
        Assert.All(await client.DeliveriesAsync(), delivery => Assert.Equal(1, (int)delivery["attempt_count"]!));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_one_took_up_and_did_not_live_to_send_is_sent_when_its_lease_is_over(string provider)
    {
        TestDatabase server = await MigrationTests.NewAsync(provider);
        await using Receiver receiver = await Receiver.StartAsync();
        IOptions<WebhookOptions> options = Options.Create(new WebhookOptions { EncryptionKeys = RunningGateway.WebhookKey });
        var time = new ShiftedTime();
        Guid id = Guid.CreateVersion7();
        using (Transactions database = Contexts.Open(server))
        {
            await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);
            await database.WriteAsync(context => WriteAsync(context, id, receiver.Url, new SigningSecrets(new SecretBox(options))), TestContext.Current.CancellationToken);
            (DeliveryClaims dying, _) = Backlog.Claims(database, time);
            Assert.Equal(id, Assert.Single(await dying.TakeAsync(TestContext.Current.CancellationToken)).Delivery.Id);
            Assert.Empty(await dying.TakeAsync(TestContext.Current.CancellationToken));
        }

        await using RunningGateway next = await RunningGateway.StartAsync(server, time);
        using GatewayClient heir = await next.NewTenantAsync();
        await heir.CreateWebhookAsync($"{receiver.Url}/heir");
        await heir.WaitForDeliveryAsync(await heir.DeliveryOfAsync(await heir.CompleteJobAsync()), "delivered");
        Assert.Equal("/heir", Assert.Single(receiver.Calls).Path);

        time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(() => receiver.Calls.Count == 2);
        await Eventually.TrueAsync(async () => await FindAsync(next.Database, id) is { State: DeliveryState.Delivered, Attempts: 2 });
    }

    [Fact]
    public async Task A_gateway_that_stops_finishes_what_it_sends()
    {
        TestDatabase database = TestDatabase.Sqlite();
        await using Receiver receiver = await Receiver.StartAsync();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answer = (_, _) => answer.Task;
        string id;
        await using (RunningGateway stopping = await RunningGateway.StartAsync(database))
        {
            using GatewayClient client = await stopping.NewTenantAsync();
            await client.CreateWebhookAsync(receiver.Url);
            id = await client.DeliveryOfAsync(await client.CompleteJobAsync());
            await Eventually.TrueAsync(() => receiver.Calls.Count == 1);
            Task stopped = stopping.StopAsync();
            answer.SetResult();
            await stopped;
        }

        using Transactions left = Contexts.Open(database);
        WebhookDelivery? delivery = await FindAsync(left, WebhookId.Delivery.Parse(id)!.Value);
        Assert.Equal((DeliveryState.Delivered, 1), (delivery!.State, delivery.Attempts));
    }

    private static Task<bool> WriteAsync(GatewayContext context, Guid id, string url, SigningSecrets secrets)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var endpoint = new WebhookEndpoint { Id = Guid.CreateVersion7(), Tenant = "t", Url = url, Events = WebhookEvents.AllEnds, Secrets = [], Created = now, Updated = now };
        context.Add(endpoint with { Secrets = secrets.Renew([], endpoint.Owner, TimeSpan.Zero, now).Kept });
        context.Add(WebhookDelivery.To(endpoint.Id, endpoint.Lane, new WebhookEvent(Guid.CreateVersion7(), "t", "job.completed", "{}", null), now) with { Id = id });
        return Task.FromResult(true);
    }

    private static async Task<WebhookDelivery?> FindAsync(Transactions database, Guid id)
    {
        await using GatewayContext context = database.Read();
        return await context.WebhookDeliveries.FindAsync([id], TestContext.Current.CancellationToken);
    }
}
