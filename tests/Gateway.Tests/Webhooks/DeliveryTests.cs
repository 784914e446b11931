using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Webhooks.Deliveries;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Tests.Webhooks;

public abstract class DeliveryTests(SharedGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    [Fact]
    public async Task A_jobs_end_is_told_once_signed_and_as_the_job_is()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await _gateway.NewTenantAsync();
        JsonObject webhook = await client.CreateWebhookAsync($"{receiver.Url}/hook?tenant=1");
        Guid job = await client.CompleteJobAsync();
        string id = await client.DeliveryOfAsync(job);
        JsonObject delivery = await client.WaitForDeliveryAsync(id, "delivered");

        ReceivedCall call = Assert.Single(receiver.Calls);
        Assert.Equal(("/hook", "application/json"), (call.Path, call.ContentType));
        Assert.True(call.IsSignedBy((string)webhook["secret"]!, Now));
        Assert.DoesNotContain(' ', call.Signatures);
        Assert.StartsWith("msg_", call.Id, StringComparison.Ordinal);
        Assert.Equal("job.completed", call.Type);
        JsonObject shown = await client.GetAsync(job);
        Assert.Equal((string?)shown["finished_at"], (string?)call.Json["timestamp"]);
        Assert.True(JsonNode.DeepEquals(shown, call.Json["data"]), $"{shown} {call.Json["data"]}");

        Assert.Equal(call.Id, (string?)delivery["event_id"]);
        Assert.Equal(((string)webhook["id"]!, JobId.Format(job)), ((string)delivery["webhook_id"]!, (string)delivery["job_id"]!));
        Assert.True(JsonNode.DeepEquals(call.Json, delivery["payload"]));
        JsonNode attempt = Assert.Single(delivery["attempts"]!.AsArray())!;
        Assert.Equal(($"{receiver.Url}/hook?tenant=1", 204), ((string)attempt["url"]!, (int)attempt["response_status"]!));
        Assert.InRange((long)attempt["latency_ms"]!, 0, 60_000);
        Assert.Null(attempt["error"]);
        Assert.Null(delivery["next_attempt_at"]);
    }

    [Fact]
    public async Task Each_endpoint_gets_what_it_asked_for()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await _gateway.NewTenantAsync();
        await client.CreateWebhookAsync($"{receiver.Url}/all");
        await client.CreateWebhookAsync($"{receiver.Url}/failed", "job.failed");
        JsonObject off = await client.CreateWebhookAsync($"{receiver.Url}/off");
        await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{off["id"]}", new { enabled = false });

        Guid completed = await client.CompleteJobAsync();
        Guid failed = await client.SubmitAsync();
        await _gateway.Bus.Publish(new PromptRejected(failed, new Verdict("violence", "2026-11")), TestContext.Current.CancellationToken);
        await client.WaitAsync(failed, "failed");
        Guid cancelled = await client.SubmitAsync();
        (await client.Http.DeleteAsync($"/v1/jobs/{JobId.Format(cancelled)}", TestContext.Current.CancellationToken)).Dispose();

        await Eventually.TrueAsync(() => receiver.Calls.Count == 4);
        Assert.Equal(
            [("/all", "job.cancelled", cancelled), ("/all", "job.completed", completed), ("/all", "job.failed", failed), ("/failed", "job.failed", failed)],
            receiver.Calls.Select(call => (call.Path, call.Type, JobId.Parse((string)call.Json["data"]!["id"]!)!.Value)).OrderBy(told => told.Path).ThenBy(told => told.Type));
        ReceivedCall[] ofFailed = [.. receiver.Calls.Where(call => call.Type == "job.failed")];
        Assert.Single(ofFailed.Select(call => call.Id).Distinct());
        Assert.Equal("content_policy_violation", (string?)ofFailed[0].Json["data"]!["error"]!["code"]);
        Assert.Equal(4, (await client.DeliveriesAsync()).Length);
    }

    [Fact]
    public async Task However_often_an_end_is_reported_one_delivery_is_written()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await _gateway.NewTenantAsync();
        await client.CreateWebhookAsync(receiver.Url);
        Guid job = await client.SubmitAsync(new { prompt = "four stars", n = 4, size = "64x64" });

        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => client.ApproveAsync(job, i % 4)));
        await client.WaitAsync(job, "completed");
        await _gateway.Bus.Publish(new StageFailed(job, null, JobStage.Decoding, "late", "late"), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => receiver.Calls.Count > 0);
        Guid marker = await client.CompleteJobAsync();
        await client.WaitForDeliveryAsync(await client.DeliveryOfAsync(marker), "delivered");

        Assert.Single(await client.DeliveriesAsync($"&job={JobId.Format(job)}"));
        Assert.Single(receiver.Calls, call => (string)call.Json["data"]!["id"]! == JobId.Format(job));
    }

    [Fact]
    public async Task A_jobs_own_address_is_told_with_the_tenants_secret()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await _gateway.NewTenantAsync();
        string secret = await client.MakeSigningSecretAsync();
        Guid job = await client.CompleteJobAsync(new { prompt = "a red star", size = "64x64", webhook_url = $"{receiver.Url}/mine" });
        JsonObject delivery = await client.WaitForDeliveryAsync(await client.DeliveryOfAsync(job), "delivered");

        ReceivedCall call = Assert.Single(receiver.Calls);
        Assert.Equal("/mine", call.Path);
        Assert.True(call.IsSignedBy(secret, Now));
        Assert.Null(delivery["webhook_id"]);
        Assert.Equal($"{receiver.Url}/mine", (string?)delivery["url"]);
    }

    [Fact]
    public async Task A_test_goes_to_its_endpoint_once()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = Receiver.Status(500);
        using GatewayClient client = await _gateway.NewTenantAsync();
        JsonObject webhook = await client.CreateWebhookAsync(receiver.Url);
        JsonObject sent = await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/{webhook["id"]}/test", expected: HttpStatusCode.Accepted);
        JsonObject failed = await client.WaitForDeliveryAsync((string)sent["id"]!, "failed");

        ReceivedCall call = Assert.Single(receiver.Calls);
        Assert.Equal(("webhook.test", (string)webhook["id"]!), (call.Type, (string)call.Json["data"]!["webhook_id"]!));
        Assert.True(call.IsSignedBy((string)webhook["secret"]!, Now));
        Assert.Equal((500, "status"), ((int)failed["attempts"]![0]!["response_status"]!, (string)failed["attempts"]![0]!["error"]!));

        await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{webhook["id"]}", new { enabled = false });
        await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/{webhook["id"]}/test", expected: HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task What_was_delivered_can_be_replayed_with_the_same_id_and_body()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await _gateway.NewTenantAsync();
        JsonObject webhook = await client.CreateWebhookAsync(receiver.Url);
        string id = await client.DeliveryOfAsync(await client.CompleteJobAsync());
        await client.WaitForDeliveryAsync(id, "delivered");

        await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/deliveries/{id}/replay", expected: HttpStatusCode.Accepted);
        JsonObject again = await client.WaitForDeliveryAsync(id, delivery => (int)delivery["attempt_count"]! == 2 && (string)delivery["status"]! == "delivered");

        Assert.Equal(2, receiver.Calls.Count);
        Assert.Equal((receiver.Calls[0].Id, receiver.Calls[0].Body), (receiver.Calls[1].Id, receiver.Calls[1].Body));
        Assert.True(receiver.Calls[1].IsSignedBy((string)webhook["secret"]!, Now));
        Assert.Equal(2, again["attempts"]!.AsArray().Count);

        await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{webhook["id"]}", new { enabled = false });
        await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/deliveries/{id}/replay", expected: HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task The_list_goes_on_from_page_to_page_and_can_be_narrowed()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await _gateway.NewTenantAsync();
        JsonObject one = await client.CreateWebhookAsync($"{receiver.Url}/1"), two = await client.CreateWebhookAsync($"{receiver.Url}/2");
        foreach (int _ in Enumerable.Range(0, 3))
        {
            await client.CompleteJobAsync();
        }

        await Eventually.TrueAsync(async () => (await client.DeliveriesAsync("&status=delivered&type=job.completed")).Length == 6);
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            JsonObject page = await client.CallAsync(HttpMethod.Get, $"/v1/webhooks/deliveries?limit=4{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            seen.AddRange(page["data"]!.AsArray().Select(delivery => (string)delivery!["id"]!));
            cursor = (string?)page["next_cursor"];
        }

        Assert.Equal(6, seen.Distinct().Count());
        Assert.Equal(seen.OrderDescending(StringComparer.Ordinal), seen);
        Assert.Equal(3, (await client.DeliveriesAsync($"&webhook={one["id"]}")).Length);
        Assert.Empty(await client.DeliveriesAsync("&status=failed"));

        await client.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{two["id"]}", expected: HttpStatusCode.NoContent);
        Assert.Equal(3, (await client.DeliveriesAsync()).Length);
    }

    [Fact]
    public async Task While_a_secret_is_replaced_both_sign_and_then_the_new_one_alone()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await _gateway.NewTenantAsync();
        JsonObject webhook = await client.CreateWebhookAsync(receiver.Url);
        string before = (string)webhook["secret"]!;
        JsonObject rotated = await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/{webhook["id"]}/rotate", new { overlap_seconds = 600 });
        string after = (string)rotated["secret"]!;
        Assert.NotEqual(before, after);
        Assert.Equal(2, rotated["secrets"]!.AsArray().Count);
        Assert.Null(rotated["secrets"]![0]!["expires_at"]);
        Assert.NotNull(rotated["secrets"]![1]!["expires_at"]);

        await client.CompleteJobAsync();
        await Eventually.TrueAsync(() => receiver.Calls.Count == 1);
        Assert.Equal(2, receiver.Calls[0].Signatures.Split(' ').Length);
        Assert.True(receiver.Calls[0].IsSignedBy(before, Now) && receiver.Calls[0].IsSignedBy(after, Now));

        string last = (string)(await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/{webhook["id"]}/rotate", new { overlap_seconds = 0 }))["secret"]!;
        await client.CompleteJobAsync();
        await Eventually.TrueAsync(() => receiver.Calls.Count == 2);
        Assert.True(receiver.Calls[1].IsSignedBy(last, Now));
        Assert.False(receiver.Calls[1].IsSignedBy(before, Now) || receiver.Calls[1].IsSignedBy(after, Now));
    }

    [Fact]
    public async Task Nothing_to_tell_writes_nothing()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        await client.CompleteJobAsync();
        await using GatewayContext context = _gateway.Database.Read();
        Assert.False(await context.Set<WebhookDelivery>().AnyAsync(delivery => delivery.Tenant == client.Tenant, TestContext.Current.CancellationToken));
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}

public sealed class DeliveriesOnSqliteTests(SqliteGateway shared) : DeliveryTests(shared);

public sealed class DeliveriesOnPostgresTests(PostgresGateway shared) : DeliveryTests(shared);
