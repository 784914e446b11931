using System.Net;
using System.Text.Json.Nodes;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Tests.Webhooks;

/// <summary>Receivers that fail in all the ways there are.</summary>
public abstract class FailureTests(SharedGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData(300, "redirect")]
    [InlineData(302, "redirect")]
    [InlineData(308, "redirect")]
    [InlineData(400, "status")]
    [InlineData(404, "status")]
    [InlineData(429, "status")]
    [InlineData(500, "status")]
    [InlineData(503, "status")]
    public async Task Only_2xx_is_a_success_and_anything_else_is_tried_again(int status, string error)
    {
        await using Receiver elsewhere = await Receiver.StartAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        int left = 2;
        receiver.Answer = (http, _) =>
        {
            http.Response.StatusCode = Interlocked.Decrement(ref left) >= 0 ? status : 200;
            http.Response.Headers.Location = elsewhere.Url;
            return Task.CompletedTask;
        };
        using GatewayClient client = await _gateway.NewTenantAsync();
        await client.CreateWebhookAsync(receiver.Url);
        JsonObject delivery = await client.WaitForDeliveryAsync(await client.DeliveryOfAsync(await client.CompleteJobAsync()), "delivered");

        Assert.Equal([status, status, 200], delivery["attempts"]!.AsArray().Select(attempt => (int)attempt!["response_status"]!));
        Assert.Equal([error, error, null], delivery["attempts"]!.AsArray().Select(attempt => (string?)attempt!["error"]));
        Assert.Single(receiver.Calls.Select(call => (call.Id, call.Body)).Distinct());
        Assert.Empty(elsewhere.Calls);
    }

    [Fact]
    public async Task Gone_disables_the_endpoint_and_ends_what_waits_for_it()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = Receiver.Status(StatusCodes.Status503ServiceUnavailable);
        using GatewayClient client = await _gateway.NewTenantAsync();
        string webhook = (string)(await client.CreateWebhookAsync(receiver.Url))["id"]!;
        Guid first = await client.CompleteJobAsync(), second = await client.CompleteJobAsync();
        string one = await client.DeliveryOfAsync(first), two = await client.DeliveryOfAsync(second);

        receiver.Answer = Receiver.Status(StatusCodes.Status410Gone);
        await Eventually.TrueAsync(async () => !(bool)(await client.CallAsync(HttpMethod.Get, $"/v1/webhooks/{webhook}"))["enabled"]!);
        Assert.Equal("gone", (string?)(await client.CallAsync(HttpMethod.Get, $"/v1/webhooks/{webhook}"))["disabled_reason"]);
        await client.WaitForDeliveryAsync(one, "failed");
        JsonObject waiting = await client.WaitForDeliveryAsync(two, "failed");
        Assert.NotNull(waiting["reason"]);
        int calls = receiver.Calls.Count;
        await client.CompleteJobAsync();
        Assert.Equal(2, (await client.DeliveriesAsync()).Length);
        Assert.Equal(calls, receiver.Calls.Count);

        receiver.Answer = Receiver.Status(StatusCodes.Status204NoContent);
        JsonObject enabled = await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{webhook}", new { enabled = true });
        Assert.Null(enabled["disabled_reason"]);
        await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/deliveries/{two}/replay", expected: HttpStatusCode.Accepted);
        await client.WaitForDeliveryAsync(two, "delivered");
    }

    [Fact]
    public async Task An_endpoint_that_is_switched_off_or_on_is_so_for_the_next_job()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await _gateway.NewTenantAsync();
        string webhook = (string)(await client.CreateWebhookAsync(receiver.Url))["id"]!;
        int expected = 0;
        foreach (bool enabled in new[] { true, false, true, false })
        {
            await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{webhook}", new { enabled });
            for (int job = 0; job < 4; job++)
            {
                await client.CompleteJobAsync();
            }

            expected += enabled ? 4 : 0;
            Assert.Equal(expected, (await client.DeliveriesAsync()).Length);
        }
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_found_when_it_comes()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await _gateway.NewTenantAsync();
        await client.CreateWebhookAsync(receiver.Url);
        await receiver.StopAsync();
        string id = await client.DeliveryOfAsync(await client.CompleteJobAsync());
        JsonObject waiting = await client.WaitForDeliveryAsync(id, delivery => delivery["attempts"]!.AsArray().Count >= 2);
        Assert.All(waiting["attempts"]!.AsArray(), attempt => Assert.Equal(("connection_failed", null), ((string)attempt!["error"]!, (int?)attempt["response_status"])));

        await receiver.ResumeAsync();
        await client.WaitForDeliveryAsync(id, "delivered");
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task A_change_of_address_takes_what_waits_along()
    {
        await using Receiver old = await Receiver.StartAsync(), fresh = await Receiver.StartAsync();
        old.Answer = (http, _) =>
        {
            http.Response.StatusCode = 503;
            http.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        };
        using GatewayClient client = await _gateway.NewTenantAsync();
        string webhook = (string)(await client.CreateWebhookAsync(old.Url))["id"]!;
        string id = await client.DeliveryOfAsync(await client.CompleteJobAsync());
        JsonObject waiting = await client.WaitForDeliveryAsync(id, delivery => delivery["attempts"]!.AsArray().Count == 1 && delivery["next_attempt_at"] is not null);
        Assert.Equal(3600, (int)waiting["attempts"]![0]!["retry_after"]!);
        TimeSpan pause = (DateTimeOffset)waiting["next_attempt_at"]! - (DateTimeOffset)waiting["attempts"]![0]!["at"]!;
        Assert.InRange(pause, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));

        await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{webhook}", new { url = fresh.Url });
        await client.WaitForDeliveryAsync(id, "delivered");
        Assert.Single(fresh.Calls);
        Assert.Single(old.Calls);
    }

    [Fact]
    public async Task What_an_address_answers_that_was_changed_meanwhile_says_nothing_of_the_new_one()
    {
        await using Receiver old = await Receiver.StartAsync(), fresh = await Receiver.StartAsync();
        var changed = new TaskCompletionSource();
        old.Answer = async (http, _) =>
        {
            await changed.Task;
            http.Response.StatusCode = StatusCodes.Status410Gone;
        };
        using GatewayClient client = await _gateway.NewTenantAsync();
        string webhook = (string)(await client.CreateWebhookAsync(old.Url))["id"]!;
        string id = await client.DeliveryOfAsync(await client.CompleteJobAsync());
        await Eventually.TrueAsync(() => old.Calls.Count == 1);

        await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{webhook}", new { url = fresh.Url });
        changed.SetResult();
        JsonObject delivered = await client.WaitForDeliveryAsync(id, "delivered");
        Assert.Equal([old.Url, fresh.Url], delivered["attempts"]!.AsArray().Select(attempt => (string?)attempt!["url"]));
        Assert.True((bool)(await client.CallAsync(HttpMethod.Get, $"/v1/webhooks/{webhook}"))["enabled"]!);
    }

    [Fact]
    public async Task A_retry_after_beyond_all_measure_is_cut()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = (http, _) =>
        {
            http.Response.StatusCode = 429;
            http.Response.Headers.RetryAfter = "99999999";
            return Task.CompletedTask;
        };
        using GatewayClient client = await _gateway.NewTenantAsync();
        await client.CreateWebhookAsync(receiver.Url);
        string id = await client.DeliveryOfAsync(await client.CompleteJobAsync());
        JsonObject waiting = await client.WaitForDeliveryAsync(id, delivery => delivery["attempts"]!.AsArray().Count == 1 && delivery["next_attempt_at"] is not null);
        Assert.Equal(3600, (int)waiting["attempts"]![0]!["retry_after"]!);
    }

    [Fact]
    public async Task A_host_that_leads_inside_is_refused_and_told_nothing()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        // Resolved when it is connected to, by the resolver of this machine; nothing of what it found is told.
        string webhook = (string)(await client.CreateWebhookAsync($"http://{NotPublic}:9999/"))["id"]!;
        JsonObject sent = await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/{webhook}/test", expected: HttpStatusCode.Accepted);
        JsonObject failed = await client.WaitForDeliveryAsync((string)sent["id"]!, "failed");
        Assert.Contains((string)failed["attempts"]![0]!["error"]!, new[] { "address_refused", "name_not_found" });
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_told_nothing()
    {
        await using Receiver receiver = await Receiver.StartAsync("https");
        using GatewayClient client = await _gateway.NewTenantAsync();
        string webhook = (string)(await client.CreateWebhookAsync(receiver.Url))["id"]!;
        JsonObject sent = await client.CallAsync(HttpMethod.Post, $"/v1/webhooks/{webhook}/test", expected: HttpStatusCode.Accepted);
        JsonObject failed = await client.WaitForDeliveryAsync((string)sent["id"]!, "failed");
        Assert.Equal("tls_failed", (string?)failed["attempts"]![0]!["error"]);
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task Deleted_while_it_is_being_told_is_deleted()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        var deleted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answer = (http, _) => deleted.Task.WaitAsync(http.RequestAborted);
        using GatewayClient client = await _gateway.NewTenantAsync();
        string webhook = (string)(await client.CreateWebhookAsync(receiver.Url))["id"]!;
        Guid job = await client.CompleteJobAsync();
        await Eventually.TrueAsync(() => receiver.Calls.Count == 1);
        JsonObject sending = await client.DeliveryAsync(await client.DeliveryOfAsync(job));
        Assert.Null(sending["next_attempt_at"]);

        await client.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{webhook}", expected: HttpStatusCode.NoContent);
        deleted.SetResult();
        Assert.Empty(await client.DeliveriesAsync($"&job={JobId.Format(job)}"));
    }

    private static string NotPublic => "ip6-localhost";
}

public sealed class FailuresOnSqliteTests(SqliteGateway shared) : FailureTests(shared);

public sealed class FailuresOnPostgresTests(PostgresGateway shared) : FailureTests(shared);
