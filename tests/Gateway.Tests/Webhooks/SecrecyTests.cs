using System.Net;
using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Tests.Webhooks;

public sealed class SecrecyTests
{
    [Fact]
    public async Task A_secret_is_in_no_log_no_row_and_no_later_answer()
    {
        using var log = new FullLog();
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            TestDatabase.Sqlite(), configure: services => services.AddSingleton<ILoggerProvider>(log), settings: [("Logging:LogLevel:Default", "Trace")]);
        await using Receiver receiver = await Receiver.StartAsync();
        int failures = 2;
        receiver.Answer = (http, _) =>
        {
            http.Response.StatusCode = Interlocked.Decrement(ref failures) >= 0 ? 500 : 200;
            return Task.CompletedTask;
        };
        using GatewayClient client = await gateway.NewTenantAsync();
        JsonObject webhook = await client.CreateWebhookAsync($"{receiver.Url}/?token=url-token-7f3a");
        string own = await client.MakeSigningSecretAsync();
        string rotated = (string)(await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/{webhook["id"]}/rotate"))["secret"]!;
        Guid job = await client.CompleteJobAsync(new { prompt = "a red star", size = "64x64", webhook_url = $"{receiver.Url}/?token=url-token-7f3a" });
        await Eventually.TrueAsync(async () => (await client.DeliveriesAsync("&status=delivered")).Length == 2);

        await using GatewayContext context = gateway.Database.Read();
        string rows = string.Join('\n', (await context.WebhookEndpoints.ToListAsync(TestContext.Current.CancellationToken)).SelectMany(endpoint => endpoint.Secrets).Select(secret => secret.Box))
            + string.Join('\n', (await context.WebhookAccounts.ToListAsync(TestContext.Current.CancellationToken)).SelectMany(account => account.Secrets).Select(secret => secret.Box));
        string answers = (await client.CallAsync(HttpMethod.Get, "/v1/webhooks")).ToJsonString() + await client.Http.GetStringAsync("/v1/webhooks/signing_secret", TestContext.Current.CancellationToken)
            + string.Concat((await client.DeliveriesAsync()).Select(delivery => delivery.ToJsonString())) + (await client.GetAsync(job)).ToJsonString();
        Assert.True(log.Lines.Count > 100 && rows.Length > 100 && answers.Length > 100);
        foreach (string secret in new[] { (string)webhook["secret"]!, own, rotated }.Select(shown => shown["whsec_".Length..]))
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(secret, rows, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, answers, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(log.Lines, line => line.Contains("url-token-7f3a", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains(RunningGateway.WebhookKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_key_to_keep_secrets_under_there_are_none()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Webhooks:EncryptionKeys", "")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        foreach ((string path, object? body) in new (string, object?)[] { ("/v1/webhooks", new { url = "https://example.org/" }), ("/v1/webhooks/signing_secret/rotate", null) })
        {
            using HttpResponseMessage response = await client.SendAsync(HttpMethod.Post, path, body);
            Assert.Equal("webhooks_not_configured", (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.Forbidden))["code"]);
        }

        await client.CompleteJobAsync();
    }

    [Fact]
    public async Task A_new_key_goes_on_with_what_the_old_one_kept_and_a_lost_one_sends_nothing_unsigned()
    {
        TestDatabase database = TestDatabase.Sqlite();
        const string NewKey = "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleS0=";
        await using Receiver receiver = await Receiver.StartAsync();
        string secret, key, tenant;
        await using (RunningGateway before = await RunningGateway.StartAsync(database))
        {
            using GatewayClient client = await before.NewTenantAsync();
            secret = (string)(await client.CreateWebhookAsync(receiver.Url))["secret"]!;
            (key, tenant) = (client.Http.DefaultRequestHeaders.Authorization!.Parameter!, client.Tenant);
        }

        await using (RunningGateway both = await RunningGateway.StartAsync(database, settings: [("Webhooks:EncryptionKeys", $"{NewKey},{RunningGateway.WebhookKey}")]))
        {
            using var client = new GatewayClient(both, tenant, key);
            await client.CompleteJobAsync();
            await Eventually.TrueAsync(() => receiver.Calls.Count == 1);
            Assert.True(receiver.Calls[0].IsSignedBy(secret, TimeProvider.System.GetUtcNow()));
        }

        await using RunningGateway lost = await RunningGateway.StartAsync(database, settings: [("Webhooks:EncryptionKeys", NewKey)]);
        using var owner = new GatewayClient(lost, tenant, key);
        string id = await owner.DeliveryOfAsync(await owner.CompleteJobAsync());
        JsonObject waiting = await owner.WaitForDeliveryAsync(id, delivery => delivery["attempts"]!.AsArray().Count > 0);
        Assert.Equal("secret_unreadable", (string?)waiting["attempts"]![0]!["error"]);
        Assert.Single(receiver.Calls);
    }
}
