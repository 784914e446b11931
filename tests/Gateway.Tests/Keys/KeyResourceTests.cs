using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Keys;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Tests.Keys;

public abstract class KeyResourceTests(SharedGateway shared)
{
    [Fact]
    public async Task A_key_is_shown_once_kept_hashed_and_opens_what_it_was_made_for()
    {
        using GatewayClient admin = await NewAdminAsync();
        string tenant = NewTenant();
        DateTimeOffset end = new(2099, 1, 31, 12, 0, 0, TimeSpan.Zero);
        using HttpResponseMessage response = await PostAsync(admin, new JsonObject
        {
            ["tenant"] = tenant,
            ["name"] = "web shop",
            ["scopes"] = new JsonArray("read"),
            ["requests_per_minute"] = 1000,
            ["concurrent_jobs"] = 4,
            ["monthly_images"] = 500,
            ["monthly_compute_seconds"] = 3600,
            ["expires_at"] = "2099-01-31T12:00:00Z",
        });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        JsonObject made = (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        (string id, string secret) = ((string)made["id"]!, (string)made["key"]!);
        Assert.Equal($"/v1/keys/{id}", response.Headers.Location?.ToString());
        Assert.Matches("^key_[0-9a-f]{32}$", id);
        Assert.Matches("^lmn_[A-Za-z0-9_-]{43}$", secret);
        Assert.Equal(secret[..12], (string?)made["prefix"]);

        // 1. It is never told again.
        JsonObject seen = await GatewayClient.ReadAsync(await admin.Http.GetAsync($"/v1/keys/{id}", TestContext.Current.CancellationToken));
        string list = await admin.Http.GetStringAsync($"/v1/keys?tenant={tenant}", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(secret[12..], seen.ToJsonString() + list, StringComparison.Ordinal);
        made.Remove("key");
        Assert.Equal(made.ToJsonString(), seen.ToJsonString());
        Assert.Equal(
            (tenant, "web shop", """["read"]""", 1000, 4, 500, 3600, end),
            ((string)seen["tenant"]!, (string)seen["name"]!, seen["scopes"]!.ToJsonString(), (int)seen["requests_per_minute"]!, (int)seen["concurrent_jobs"]!,
                (int)seen["monthly_images"]!, (int)seen["monthly_compute_seconds"]!, (DateTimeOffset)seen["expires_at"]!));

        // 2. Nor kept.
        await using GatewayContext context = shared.Gateway.Database.Read();
        ApiKey row = await context.Keys.SingleAsync(key => key.Tenant == tenant, TestContext.Current.CancellationToken);
        Assert.Equal(KeySecret.Hash(secret), row.Hash);
        Assert.DoesNotContain(secret[12..], row.ToString() + Encoding.UTF8.GetString(row.Hash), StringComparison.Ordinal);

        // 3. It opens what it was made for, for its tenant.
        using var caller = new GatewayClient(shared.Gateway, tenant, secret);
        Assert.Equal(HttpStatusCode.OK, (await caller.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);
        using HttpResponseMessage refused = await caller.PostAsync("""{"prompt":"a"}""");
        Assert.Equal("insufficient_scope", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.Forbidden))["code"]);
    }

    [Theory]
    [InlineData("""{}""", "missing_required_parameter", "tenant")]
    [InlineData("""{"tenant":"Acme"}""", "invalid_value", "tenant")]
    [InlineData("""{"tenant":"a/b"}""", "invalid_value", "tenant")]
    [InlineData("""{"tenant":"a\n"}""", "invalid_value", "tenant")]
    [InlineData("""{"tenant":"a","scopes":[]}""", "invalid_value", "scopes")]
    [InlineData("""{"tenant":"a","scopes":["read","root"]}""", "invalid_value", "scopes")]
    [InlineData("""{"tenant":"a","scopes":"read"}""", "invalid_type", "scopes")]
    [InlineData("""{"tenant":"a","scopes":[1]}""", "invalid_type", "scopes")]
    [InlineData("""{"tenant":"a","requests_per_minute":0}""", "invalid_value", "requests_per_minute")]
    [InlineData("""{"tenant":"a","monthly_images":1.5}""", "invalid_value", "monthly_images")]
    [InlineData("""{"tenant":"a","expires_at":"2020-01-01T00:00:00Z"}""", "invalid_value", "expires_at")]
    [InlineData("""{"tenant":"a","key":"lmn_mine_01234567890123456789"}""", "unknown_parameter", "key")]
    public async Task What_is_wrong_is_named_and_makes_no_key(string body, string code, string parameter)
    {
        using GatewayClient admin = await NewAdminAsync();
        using HttpResponseMessage response = await admin.Http.PostAsync("/v1/keys", GatewayClient.Json(body), TestContext.Current.CancellationToken);
        JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal((code, parameter), ((string)error["code"]!, (string)error["param"]!));
        Assert.Empty((await ListAsync(admin, "a"))["data"]!.AsArray());
    }

    [Fact]
    public async Task A_reply_that_is_shown_once_cannot_be_repeated()
    {
        using GatewayClient admin = await NewAdminAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/keys") { Content = GatewayClient.Json("""{"tenant":"a"}""") };
        request.Headers.Add("Idempotency-Key", "k");
        using HttpResponseMessage response = await admin.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("Idempotency-Key", (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest))["param"]);
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_by_tenant_and_page()
    {
        using GatewayClient admin = await NewAdminAsync();
        string tenant = NewTenant();
        var made = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            made.Insert(0, (string)(await CreateAsync(admin, tenant))["id"]!);
            // Two of the same millisecond have no order.
            DateTimeOffset next = TimeProvider.System.GetUtcNow().AddMilliseconds(1);
            await Eventually.TrueAsync(() => TimeProvider.System.GetUtcNow() > next);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            JsonObject page = await GatewayClient.ReadAsync(
                await admin.Http.GetAsync($"/v1/keys?tenant={tenant}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}", TestContext.Current.CancellationToken));
            seen.AddRange(page["data"]!.AsArray().Select(key => (string)key!["id"]!));
            cursor = (string?)page["next_cursor"];
            Assert.Equal(cursor is not null, (bool)page["has_more"]!);
        }
        while (cursor is not null);
        Assert.Equal(made, seen);
    }

    [Fact]
    public async Task A_revoked_key_is_closed_within_seconds_and_stays_in_the_list()
    {
        using GatewayClient admin = await NewAdminAsync();
        JsonObject made = await CreateAsync(admin, NewTenant());
        using var caller = new GatewayClient(shared.Gateway, "", (string)made["key"]!);
        Assert.Equal(HttpStatusCode.OK, (await caller.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);

        JsonObject revoked = await GatewayClient.ReadAsync(await admin.Http.DeleteAsync($"/v1/keys/{(string)made["id"]!}", TestContext.Current.CancellationToken));
        Assert.NotNull(revoked["revoked_at"]);
        long started = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(async () => (await caller.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.Unauthorized);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));

        JsonObject again = await GatewayClient.ReadAsync(await admin.Http.DeleteAsync($"/v1/keys/{(string)made["id"]!}", TestContext.Current.CancellationToken));
        Assert.Equal((string?)revoked["revoked_at"], (string?)again["revoked_at"]);
        Assert.Single((await ListAsync(admin, (string)made["tenant"]!))["data"]!.AsArray());
    }

    [Fact]
    public async Task What_is_changed_of_a_key_holds_within_seconds_and_the_rest_stays()
    {
        using GatewayClient admin = await NewAdminAsync();
        string tenant = NewTenant();
        using HttpResponseMessage response = await PostAsync(admin, new JsonObject { ["tenant"] = tenant, ["name"] = "shop", ["requests_per_minute"] = 100_000, ["monthly_images"] = 5, ["expires_at"] = "2099-01-31T12:00:00Z" });
        JsonObject made = (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        (string path, string secret) = ($"/v1/keys/{(string)made["id"]!}", (string)made["key"]!);
        using var caller = new GatewayClient(shared.Gateway, tenant, secret);
        Assert.Equal("100000", await RateOfAsync(caller));

        JsonObject changed = await GatewayClient.ReadAsync(await admin.Http.PatchAsync(path, GatewayClient.Json("""{"requests_per_minute":90000,"monthly_images":null,"expires_at":null}"""), TestContext.Current.CancellationToken));
        Assert.Equal((90_000, "shop", tenant), ((int)changed["requests_per_minute"]!, (string)changed["name"]!, (string)changed["tenant"]!));
        Assert.True(changed["monthly_images"] is null && changed["expires_at"] is null);
        Assert.Equal(changed.ToJsonString(), (await GatewayClient.ReadAsync(await admin.Http.GetAsync(path, TestContext.Current.CancellationToken))).ToJsonString());
        await Eventually.TrueAsync(async () => await RateOfAsync(caller) == "90000");

        foreach ((string body, string code, string? parameter) in new[]
        {
            ("{}", "missing_required_parameter", null),
            ("""{"tenant":"b"}""", "unknown_parameter", "tenant"),
            ("""{"monthly_images":0}""", "invalid_value", "monthly_images"),
            ("""{"expires_at":"2001-01-31T12:00:00Z"}""", "invalid_value", "expires_at"),
        })
        {
            using HttpResponseMessage refused = await admin.Http.PatchAsync(path, GatewayClient.Json(body), TestContext.Current.CancellationToken);
            JsonObject error = await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.BadRequest);
            Assert.Equal((code, parameter), ((string)error["code"]!, (string?)error["param"]));
        }
    }

    [Theory]
    [InlineData("key_unknown")]
    [InlineData("key_00000000000000000000000000000000")]
    public async Task A_key_that_does_not_exist_is_404(string id)
    {
        using GatewayClient admin = await NewAdminAsync();
        using HttpResponseMessage seen = await admin.Http.GetAsync($"/v1/keys/{id}", TestContext.Current.CancellationToken);
        using HttpResponseMessage revoked = await admin.Http.DeleteAsync($"/v1/keys/{id}", TestContext.Current.CancellationToken);
        using HttpResponseMessage changed = await admin.Http.PatchAsync($"/v1/keys/{id}", GatewayClient.Json("""{"name":"a"}"""), TestContext.Current.CancellationToken);
        Assert.Equal("key_not_found", (string?)(await SubmissionTests.ReadErrorAsync(changed, HttpStatusCode.NotFound))["code"]);
        Assert.Equal("key_not_found", (string?)(await SubmissionTests.ReadErrorAsync(seen, HttpStatusCode.NotFound))["code"]);
        Assert.Equal("key_not_found", (string?)(await SubmissionTests.ReadErrorAsync(revoked, HttpStatusCode.NotFound))["code"]);
    }

    private static async Task<string> RateOfAsync(GatewayClient caller)
    {
        using HttpResponseMessage answer = await caller.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken);
        return answer.Headers.GetValues("RateLimit-Limit").Single();
    }

    private static string NewTenant() => $"t{Guid.NewGuid():N}";

    private static Task<HttpResponseMessage> PostAsync(GatewayClient admin, JsonObject body) =>
        admin.Http.PostAsync("/v1/keys", GatewayClient.Json(body.ToJsonString()), TestContext.Current.CancellationToken);

    private static async Task<JsonObject> CreateAsync(GatewayClient admin, string tenant)
    {
        using HttpResponseMessage response = await PostAsync(admin, new JsonObject { ["tenant"] = tenant });
        return (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
    }

    private static async Task<JsonObject> ListAsync(GatewayClient admin, string tenant) =>
        await GatewayClient.ReadAsync(await admin.Http.GetAsync($"/v1/keys?tenant={tenant}", TestContext.Current.CancellationToken));

    private Task<GatewayClient> NewAdminAsync() => shared.Gateway.NewKeyAsync(new KeyTerms("operator", Scopes.Admin));
}

public sealed class SqliteKeyResourceTests(SqliteGateway shared) : KeyResourceTests(shared);

public sealed class PostgresKeyResourceTests(PostgresGateway shared) : KeyResourceTests(shared);
