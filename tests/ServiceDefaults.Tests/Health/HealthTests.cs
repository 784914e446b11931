using System.Net;
using System.Text.Json;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;
using Limner.TestServers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.ServiceDefaults.Tests.Health;

public sealed class HealthTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ready_when_everything_is_there()
    {
        await using WebApplication service = await StartAsync([], () => true);
        await Eventually.TrueAsync(async () => (await ReadyAsync(service)).Code == HttpStatusCode.OK, "ready");
        Assert.Equal(HttpStatusCode.OK, await LiveAsync(service));
    }

    [Fact]
    public async Task A_missing_dependency_is_named_until_it_is_back_and_the_process_lives_on()
    {
        bool there = false;
        await using WebApplication service = await StartAsync([], () => there ? true : throw new InvalidOperationException("Password=secret"));
        await Eventually.TrueAsync(async () => await MissingAsync(service) is ["database"], "the database is named, and it alone");
        (HttpStatusCode code, JsonElement body) = await ReadyAsync(service);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        Assert.Equal("The database does not answer.", body.GetProperty("dependencies").GetProperty("database").GetString());
        Assert.DoesNotContain("secret", body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await LiveAsync(service));
        there = true;
        Assert.Equal(HttpStatusCode.OK, (await ReadyAsync(service)).Code);
    }

    [Fact]
    public async Task A_service_starts_without_its_broker_and_says_that_it_is_missing()
    {
        await using TestRedis nobody = await TestRedis.StartOwnAsync();
        await nobody.StopAsync();
        string port = nobody.Connection.Split(':')[1];
        await using WebApplication service = await StartAsync(new() { ["Bus:Transport"] = "rabbitmq", ["Bus:Host"] = "127.0.0.1", ["Bus:Port"] = port }, () => true);
        await Eventually.TrueAsync(async () => await MissingAsync(service) is ["bus"], "the bus is named, and it alone");
        Assert.Equal(HttpStatusCode.OK, await LiveAsync(service));
    }

    [Fact]
    public async Task Missing_Redis_is_told_and_no_reason_to_be_unready()
    {
        await using TestRedis redis = await TestRedis.StartOwnAsync();
        await using WebApplication service = await StartAsync(new() { ["Redis:Connection"] = redis.Connection, ["Redis:TimeoutMilliseconds"] = "2000" }, () => true);
        await Eventually.TrueAsync(async () => (await ReadyAsync(service)).Body.GetProperty("status").GetString() == "ready", "ready with Redis");
        await redis.KillAsync();
        await Eventually.TrueAsync(async () => (await ReadyAsync(service)).Body.GetProperty("degraded").EnumerateArray().Any(name => name.GetString() == "redis"), "Redis is named");
        Assert.Equal(HttpStatusCode.OK, (await ReadyAsync(service)).Code);
    }

    [Fact]
    public async Task Whoever_asks_often_is_no_load_on_what_it_needs()
    {
        int asked = 0;
        await using WebApplication service = await StartAsync([], () => Interlocked.Increment(ref asked) > 0);
        await Eventually.TrueAsync(async () => (await ReadyAsync(service)).Code == HttpStatusCode.OK, "ready");
        Interlocked.Exchange(ref asked, 0);
        long began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => ReadyAsync(service)));
        Assert.InRange(asked, 0, 2 + (int)TimeProvider.System.GetElapsedTime(began).TotalSeconds);
    }

    [Fact]
    public async Task Callers_are_taken_until_the_process_stops_whatever_is_missing()
    {
        await using WebApplication service = await StartAsync([], () => false);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ReadyAsync(service)).Code);
        using HttpResponseMessage accepting = await GetAsync(service, "/health/accepting");
        Assert.Equal(HttpStatusCode.OK, accepting.StatusCode);
    }

    private static async Task<WebApplication> StartAsync(Dictionary<string, string?> settings, Func<bool> database)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.AddServiceDefaults();
        builder.Services.AddLimnerBus(builder.Configuration, _ => { });
        // Twice, as in one process with several services.
        builder.Services.AddDependency("database", (_, _) => Task.FromResult(database())).AddDependency("database", (_, _) => Task.FromResult(false));
        WebApplication service = builder.Build();
        service.UseRouting();
        service.MapHealth();
        await service.StartAsync(Cancellation);
        return service;
    }

    private static async Task<string?[]> MissingAsync(WebApplication service) =>
        [.. (await ReadyAsync(service)).Body.GetProperty("missing").EnumerateArray().Select(name => name.GetString())];

    private static async Task<(HttpStatusCode Code, JsonElement Body)> ReadyAsync(WebApplication service)
    {
        using HttpResponseMessage response = await GetAsync(service, "/health/ready");
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Cancellation)));
    }

    private static async Task<HttpStatusCode> LiveAsync(WebApplication service)
    {
        using HttpResponseMessage response = await GetAsync(service, "/health/live");
        return response.StatusCode;
    }

    private static async Task<HttpResponseMessage> GetAsync(WebApplication service, string path)
    {
        using var client = new HttpClient();
        return await client.GetAsync(new Uri(service.Urls.Single() + path), Cancellation);
    }
}
