using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.TestServers;

namespace Limner.Gateway.Tests.Limits;

public sealed class RequestLimitTests(SqliteGateway shared)
{
    [Fact]
    public async Task Every_response_tells_what_is_left_and_one_too_many_is_429()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync(new Allowance { RequestsPerMinute = 3 });
        for (int left = 2; left >= 0; left--)
        {
            // What is wrong counts too, and says how much is left.
            using HttpResponseMessage response = left == 1 ? await client.PostAsync("nonsense") : await client.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken);
            Assert.Equal(left == 1 ? HttpStatusCode.BadRequest : HttpStatusCode.OK, response.StatusCode);
            Assert.Equal((3, "3;w=60"), (Header(response, "RateLimit-Limit"), response.Headers.GetValues("RateLimit-Policy").Single()));
            Assert.InRange(Header(response, "RateLimit-Remaining"), left, 2);
            Assert.InRange(Header(response, "RateLimit-Reset"), 1, 60);
        }

        using HttpResponseMessage refused = await RefusedAsync(client);
        JsonObject error = await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.TooManyRequests);
        Assert.Equal(("rate_limit_exceeded", "rate_limit_error"), ((string)error["code"]!, (string)error["type"]!));
        Assert.Equal(0, Header(refused, "RateLimit-Remaining"));
        Assert.InRange(Header(refused, "Retry-After"), 1, 20);
    }

    [Fact]
    public async Task Who_has_no_limit_is_told_of_none()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("RateLimit", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task All_keys_of_a_tenant_share_what_the_tenant_may_and_other_tenants_do_not()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: ("Limits:RequestsPerMinute", "4"));
        using GatewayClient first = await gateway.NewKeyAsync(new KeyTerms("acme", Scopes.Read)), second = await gateway.NewKeyAsync(new KeyTerms("acme", Scopes.Read));
        using GatewayClient other = await gateway.NewKeyAsync(new KeyTerms("other", Scopes.Read) { Allowance = new Allowance { RequestsPerMinute = 2 } });
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await (i % 2 == 0 ? first : second).Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);
        }

        (await RefusedAsync(first)).Dispose();
        (await RefusedAsync(second)).Dispose();
        // The nearer of two ends is told.
        using HttpResponseMessage response = await other.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken);
        Assert.Equal((2, 1), (Header(response, "RateLimit-Limit"), Header(response, "RateLimit-Remaining")));
    }

    [Fact]
    public async Task Gateways_with_one_Redis_share_the_rate_and_without_it_nobody_is_refused_wrongly()
    {
        await using TestRedis redis = await TestRedis.StartOwnAsync();
        TestDatabase database = await TestDatabase.PostgresAsync();
        (string, string)[] settings = [("Redis:Connection", redis.Connection), ("Redis:TimeoutMilliseconds", "20000")];
        await using RunningGateway one = await RunningGateway.StartAsync(database, settings: settings), two = await RunningGateway.StartAsync(database, settings: settings);
        using GatewayClient here = await one.NewTenantAsync(new Allowance { RequestsPerMinute = 20 }), there = here.At(two);

        long started = TimeProvider.System.GetTimestamp();
        HttpStatusCode[] statuses = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
            (await (i % 2 == 0 ? here : there).Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode));
        int gained = (int)(TimeProvider.System.GetElapsedTime(started) / TimeSpan.FromSeconds(3));
        Assert.InRange(statuses.Count(status => status == HttpStatusCode.OK), 20, 20 + gained);
        Assert.All(statuses, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests));

        await redis.KillAsync();
        using GatewayClient local = await one.NewTenantAsync(new Allowance { RequestsPerMinute = 2 }), away = local.At(two);
        foreach (GatewayClient client in new[] { local, local, away, away })
        {
            Assert.Equal(HttpStatusCode.OK, (await client.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);
        }

        (await RefusedAsync(local)).Dispose();
    }

    // On a slow machine a request may have been gained meanwhile.
    private static async Task<HttpResponseMessage> RefusedAsync(GatewayClient client)
    {
        HttpResponseMessage? response = null;
        await Eventually.TrueAsync(async () =>
        {
            response?.Dispose();
            response = await client.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken);
            return response.StatusCode == HttpStatusCode.TooManyRequests;
        });
        return response!;
    }

    private static int Header(HttpResponseMessage response, string name) => int.Parse(response.Headers.GetValues(name).Single(), CultureInfo.InvariantCulture);
}
