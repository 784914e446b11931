using System.Net;
using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Keys;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Webhooks;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Tests.Webhooks;

public abstract class EndpointTests(SharedGateway shared)
{
    private const string Url = "https://example.org/hook";

    [Fact]
    public async Task An_endpoint_is_made_shown_changed_and_removed_and_its_secret_shown_once()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        JsonObject made = await client.CreateWebhookAsync(Url);
        string id = (string)made["id"]!;

        Assert.StartsWith("wh_", id, StringComparison.Ordinal);
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", (string)made["secret"]!);
        Assert.Equal(["job.completed", "job.failed", "job.cancelled"], made["events"]!.AsArray().Select(name => (string)name!));
        Assert.True((bool)made["enabled"]!);
        JsonObject shown = await client.CallAsync(HttpMethod.Get, $"/v1/webhooks/{id}");
        Assert.Null(shown["secret"]);
        Assert.Single(shown["secrets"]!.AsArray());
        JsonObject list = await client.CallAsync(HttpMethod.Get, "/v1/webhooks");
        Assert.DoesNotContain("whsec_", list.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(id, (string?)Assert.Single(list["data"]!.AsArray())!["id"]);

        JsonObject changed = await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { url = Url + "2", events = new[] { "job.failed", "job.progress" }, enabled = false });
        Assert.Equal((Url + "2", false), ((string)changed["url"]!, (bool)changed["enabled"]!));
        Assert.Equal(["job.failed", "job.progress"], changed["events"]!.AsArray().Select(name => (string)name!));
        Assert.Null(changed["secret"]);
        Assert.True((bool)(await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = true }))["enabled"]!);

        await client.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{id}", expected: HttpStatusCode.NoContent);
        using HttpResponseMessage gone = await client.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{id}");
        Assert.Equal("webhook_not_found", (string?)(await SubmissionTests.ReadErrorAsync(gone, HttpStatusCode.NotFound))["code"]);
    }

    [Fact]
    public async Task However_much_waits_ends_with_its_endpoint()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        string id = (string)(await client.CreateWebhookAsync(Url))["id"]!;
        Guid endpoint = await LetWaitAsync(client, id, 2500);

        await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false });
        await using GatewayContext context = shared.Gateway.Database.Read();
        IQueryable<WebhookDelivery> all = context.WebhookDeliveries.Where(delivery => delivery.EndpointId == endpoint);
        Assert.Equal(2500, await all.CountAsync(delivery => delivery.State == DeliveryState.Failed && delivery.Due == null && delivery.Finished != null, TestContext.Current.CancellationToken));
        await client.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{id}", expected: HttpStatusCode.NoContent);
        Assert.Equal(0, await all.CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task However_much_waits_moves_to_a_new_address()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        string id = (string)(await client.CreateWebhookAsync(Url))["id"]!;
        Guid endpoint = await LetWaitAsync(client, id, 2500);

        await client.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { url = $"{Url}/elsewhere" });
        await using GatewayContext context = shared.Gateway.Database.Read();
        WebhookEndpoint moved = await context.WebhookEndpoints.SingleAsync(row => row.Id == endpoint, TestContext.Current.CancellationToken);
        Assert.Equal(2500, await context.WebhookDeliveries.CountAsync(delivery => delivery.EndpointId == endpoint && delivery.Lane == moved.Lane, TestContext.Current.CancellationToken));
        // It is not for the others to see, who share the Gateway.
        await client.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{id}", expected: HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task What_is_given_up_while_its_endpoint_is_deleted_is_deleted()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        string id = (string)(await client.CreateWebhookAsync(Url))["id"]!;
        Guid endpoint = await LetWaitAsync(client, id, 2500);

        // Whoever disables it ends what waits, and so do others who find more of it.
        Task[] ending = [.. Enumerable.Range(0, 4).Select(_ => DeliveryLedger.GiveUpAsync(shared.Gateway.Database, endpoint, TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken))];
        await client.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{id}", expected: HttpStatusCode.NoContent);
        await Task.WhenAll(ending);

        await using GatewayContext context = shared.Gateway.Database.Read();
        Assert.Equal(0, await context.WebhookDeliveries.CountAsync(delivery => delivery.EndpointId == endpoint, TestContext.Current.CancellationToken));
    }

    private async Task<Guid> LetWaitAsync(GatewayClient client, string id, int many)
    {
        Guid endpoint = WebhookId.Endpoint.Parse(id)!.Value;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await shared.Gateway.Database.WriteAsync(context =>
        {
            context.AddRange(Enumerable.Range(0, many).Select(_ => new WebhookDelivery
            {
                Id = Guid.CreateVersion7(now),
                Tenant = client.Tenant,
                EventId = Guid.NewGuid(),
                Type = "job.completed",
                Payload = "{}",
                EndpointId = endpoint,
                Lane = id,
                Created = now,
                Since = now,
                Due = now.AddHours(1),
            }));
            return Task.FromResult(true);
        }, TestContext.Current.CancellationToken);
        return endpoint;
    }

    [Fact]
    public async Task Another_tenants_are_not_there()
    {
        using GatewayClient owner = await shared.Gateway.NewTenantAsync(), other = await shared.Gateway.NewTenantAsync();
        string id = (string)(await owner.CreateWebhookAsync(Url))["id"]!;
        JsonObject sent = await owner.CallAsync(HttpMethod.Post, $"/v1/webhooks/{id}/test", expected: HttpStatusCode.Accepted);
        string delivery = (string)sent["id"]!;

        foreach ((HttpMethod method, string path, object? body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, $"/v1/webhooks/{id}", null),
            (HttpMethod.Patch, $"/v1/webhooks/{id}", new { enabled = false }),
            (HttpMethod.Delete, $"/v1/webhooks/{id}", null),
            (HttpMethod.Post, $"/v1/webhooks/{id}/rotate", null),
            (HttpMethod.Post, $"/v1/webhooks/{id}/test", null),
            (HttpMethod.Get, $"/v1/webhooks/deliveries/{delivery}", null),
            (HttpMethod.Post, $"/v1/webhooks/deliveries/{delivery}/replay", null),
            (HttpMethod.Get, "/v1/webhooks/wh_00000000000000000000000000000000", null),
            (HttpMethod.Get, "/v1/webhooks/deliveries/dlv_1", null),
        })
        {
            using HttpResponseMessage response = await other.SendAsync(method, path, body);
            string code = (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.NotFound))["code"]!;
            Assert.Equal(path.Contains("deliveries", StringComparison.Ordinal) ? "delivery_not_found" : "webhook_not_found", code);
        }

        Assert.Empty((await other.CallAsync(HttpMethod.Get, "/v1/webhooks"))["data"]!.AsArray());
        Assert.Empty(await other.DeliveriesAsync());
        Assert.Empty(await other.DeliveriesAsync($"&webhook={id}"));
        Assert.True((bool)(await owner.CallAsync(HttpMethod.Get, $"/v1/webhooks/{id}"))["enabled"]!);
    }

    [Fact]
    public async Task No_more_than_the_limit_are_kept_however_many_are_made_at_once()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        HttpResponseMessage[] replies = await Task.WhenAll(Enumerable.Range(0, 26).Select(i => client.SendAsync(HttpMethod.Post, "/v1/webhooks", new { url = $"{Url}/{i}" })));

        Assert.Equal(20, replies.Count(reply => reply.StatusCode == HttpStatusCode.Created));
        foreach (HttpResponseMessage refused in replies.Where(reply => reply.StatusCode != HttpStatusCode.Created))
        {
            Assert.Equal("webhook_limit_reached", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.Conflict))["code"]);
        }

        Assert.Equal(20, (await client.CallAsync(HttpMethod.Get, "/v1/webhooks"))["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_same_request_makes_one_endpoint_however_often_it_comes_and_shows_its_secret_once()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        JsonObject[] made = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.CallAsync(HttpMethod.Post, "/v1/webhooks", new { url = Url }, HttpStatusCode.Created, "make-1")));

        Assert.Single(made.Select(view => (string)view["id"]!).Distinct());
        Assert.Single(made, view => view["secret"] is not null);
        Assert.Single((await client.CallAsync(HttpMethod.Get, "/v1/webhooks"))["data"]!.AsArray());
        await client.CallAsync(HttpMethod.Post, "/v1/webhooks", new { url = Url + "2" }, HttpStatusCode.Conflict, "make-1");

        foreach (string path in new[] { $"/v1/webhooks/{made[0]["id"]}/rotate", "/v1/webhooks/signing_secret/rotate" })
        {
            JsonObject[] rotated = [await client.CallAsync(HttpMethod.Post, path, idempotencyKey: path), await client.CallAsync(HttpMethod.Post, path, idempotencyKey: path)];
            Assert.NotNull(rotated[0]["secret"]);
            Assert.Null(rotated[1]["secret"]);
            Assert.Equal(rotated[0]["secrets"]!.ToJsonString(), rotated[1]["secrets"]!.ToJsonString());
        }

        Assert.Equal(2, (await client.CallAsync(HttpMethod.Get, $"/v1/webhooks/{made[0]["id"]}"))["secrets"]!.AsArray().Count);
        await using GatewayContext context = shared.Gateway.Database.Read();
        Assert.DoesNotContain(await context.IdempotencyKeys.Where(key => key.Tenant == client.Tenant).ToListAsync(TestContext.Current.CancellationToken), key => key.Reply!.Body.Contains("whsec_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_may_only_read_changes_nothing()
    {
        using GatewayClient owner = await shared.Gateway.NewTenantAsync();
        string id = (string)(await owner.CreateWebhookAsync(Url))["id"]!;
        using GatewayClient reader = await shared.Gateway.NewKeyAsync(new KeyTerms(owner.Tenant, Scopes.Read));

        Assert.Equal(id, (string?)(await reader.CallAsync(HttpMethod.Get, $"/v1/webhooks/{id}"))["id"]);
        Assert.Empty(await reader.DeliveriesAsync());
        foreach ((HttpMethod method, string path) in new[]
        {
            (HttpMethod.Post, "/v1/webhooks"), (HttpMethod.Patch, $"/v1/webhooks/{id}"), (HttpMethod.Delete, $"/v1/webhooks/{id}"), (HttpMethod.Post, $"/v1/webhooks/{id}/rotate"),
            (HttpMethod.Post, $"/v1/webhooks/{id}/test"), (HttpMethod.Post, "/v1/webhooks/signing_secret/rotate"), (HttpMethod.Post, "/v1/webhooks/deliveries/dlv_1/replay"),
        })
        {
            using HttpResponseMessage response = await reader.SendAsync(method, path, new { url = Url });
            Assert.Equal("insufficient_scope", (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.Forbidden))["code"]);
        }
    }

    [Theory]
    [InlineData("{}", "missing_required_parameter", "url")]
    [InlineData("[]", "invalid_type", null)]
    [InlineData("{\"url\":7}", "invalid_type", "url")]
    [InlineData("{\"url\":\"example.org\"}", "invalid_value", "url")]
    [InlineData("{\"url\":\"http://10.0.0.1/\"}", "invalid_value", "url")]
    [InlineData("{\"url\":\"http://169.254.169.254/\"}", "invalid_value", "url")]
    [InlineData("{\"url\":\"https://a:b@example.org/\"}", "invalid_value", "url")]
    [InlineData("{\"url\":\"https://example.org:25/\"}", "invalid_value", "url")]
    [InlineData("{\"url\":\"https://example.org/\",\"events\":[]}", "invalid_value", "events")]
    [InlineData("{\"url\":\"https://example.org/\",\"events\":[\"job.started\"]}", "invalid_value", "events")]
    [InlineData("{\"url\":\"https://example.org/\",\"events\":[1]}", "invalid_type", "events")]
    [InlineData("{\"url\":\"https://example.org/\",\"events\":\"job.failed\"}", "invalid_type", "events")]
    [InlineData("{\"url\":\"https://example.org/\",\"enabled\":\"yes\"}", "invalid_type", "enabled")]
    [InlineData("{\"url\":\"https://example.org/\",\"secret\":\"whsec_AAAA\"}", "unknown_parameter", "secret")]
    public async Task What_is_wrong_with_an_endpoint_is_named(string body, string code, string? parameter)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Post, "/v1/webhooks", body);
        JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal((code, parameter), ((string)error["code"]!, (string?)error["param"]));
        Assert.Empty((await client.CallAsync(HttpMethod.Get, "/v1/webhooks"))["data"]!.AsArray());
    }

    [Fact]
    public async Task A_change_that_changes_nothing_and_a_list_of_what_is_not_there_are_refused()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        string id = (string)(await client.CreateWebhookAsync(Url))["id"]!;
        foreach ((HttpMethod method, string path, object? body, string code) in new (HttpMethod, string, object?, string)[]
        {
            (HttpMethod.Patch, $"/v1/webhooks/{id}", new { }, "missing_required_parameter"),
            (HttpMethod.Post, $"/v1/webhooks/{id}/rotate", new { overlap_seconds = -1 }, "invalid_value"),
            (HttpMethod.Get, "/v1/webhooks/deliveries?webhook=1", null, "invalid_value"),
            (HttpMethod.Get, "/v1/webhooks/deliveries?status=lost", null, "invalid_value"),
            (HttpMethod.Get, "/v1/webhooks/deliveries?type=job.started", null, "invalid_value"),
            (HttpMethod.Get, "/v1/webhooks/deliveries?url=x", null, "unknown_parameter"),
        })
        {
            using HttpResponseMessage response = await client.SendAsync(method, path, body);
            Assert.Equal(code, (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest))["code"]);
        }
    }

    [Fact]
    public async Task A_jobs_own_address_needs_a_secret_and_a_place_that_may_be_called()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage unsigned = await client.PostAsync("""{"prompt":"a red star","webhook_url":"https://example.org/"}""");
        Assert.Equal("signing_secret_missing", (string?)(await SubmissionTests.ReadErrorAsync(unsigned, HttpStatusCode.BadRequest))["code"]);

        await client.MakeSigningSecretAsync();
        using HttpResponseMessage inside = await client.PostAsync("""{"prompt":"a red star","webhook_url":"http://192.168.1.1/"}""");
        JsonObject error = await SubmissionTests.ReadErrorAsync(inside, HttpStatusCode.BadRequest);
        Assert.Equal(("invalid_value", "webhook_url"), ((string)error["code"]!, (string)error["param"]!));
    }
}

public sealed class EndpointsOnSqliteTests(SqliteGateway shared) : EndpointTests(shared);

public sealed class EndpointsOnPostgresTests(PostgresGateway shared) : EndpointTests(shared);
