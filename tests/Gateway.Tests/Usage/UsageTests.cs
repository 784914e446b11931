using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Images;
using Limner.Contracts.Moderation;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Submissions;

namespace Limner.Gateway.Tests.Usage;

public sealed class UsageTests(SqliteGateway shared, PostgresGateway postgres)
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Usage_is_told_by_day_key_and_model(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), time);
        // The 10th, noon, whatever today is: two days lie in one month.
        DateTimeOffset now = time.GetUtcNow(), day = Month.Of(now).End.AddDays(9).AddHours(12);
        time.Advance(day - now);
        using GatewayClient web = await gateway.NewKeyAsync(new KeyTerms("acme", Scopes.Generate | Scopes.Read) { Name = "web", Allowance = new Allowance { MonthlyImages = 10 } });
        using GatewayClient shop = await gateway.NewKeyAsync(new KeyTerms("acme", Scopes.Generate | Scopes.Read) { Name = "shop" });
        using GatewayClient stranger = await gateway.NewKeyAsync(new KeyTerms("other", Scopes.Generate | Scopes.Read));

        await DrawAsync(gateway, web, new WorkDone(10, 1000, 0.5, "first 1"), new WorkDone(20, 2000, 1.25, "first 1"));
        await DrawAsync(gateway, shop, new WorkDone(10, 1000, 1, "first 1"));
        await DrawAsync(gateway, stranger, new WorkDone(7, 7, 7, "first 1"));
        time.Advance(TimeSpan.FromDays(1));
        await DrawAsync(gateway, web, new WorkDone(10, 1000, 0.5, "first 1"));
        await DrawAsync(gateway, web, new WorkDone(10, 1000, 0.25, "second 2"));
        // Work that moderation refused was work.
        Guid refused = await web.SubmitAsync();
        await web.WaitAsync(refused, "running");
        await gateway.Bus.Publish(
            new ImageRejected(refused, 0, await gateway.DrawAsync("acme", refused, 0), new Verdict("violence", "1"), new WorkDone(10, 1000, 0.25, "second 2")), TestContext.Current.CancellationToken);
        await web.WaitAsync(refused, "completed");

        JsonObject usage = await ReadAsync(web, "");
        Assert.Equal(
            [
                ($"{day:yyyy-MM-dd}", "shop", "first 1", 1, 10, 1000, 1.0), ($"{day:yyyy-MM-dd}", "web", "first 1", 2, 30, 3000, 1.75),
                ($"{day.AddDays(1):yyyy-MM-dd}", "web", "first 1", 1, 10, 1000, 0.5), ($"{day.AddDays(1):yyyy-MM-dd}", "web", "second 2", 2, 20, 2000, 0.5),
            ],
            usage["data"]!.AsArray().Select(row => ((string)row!["day"]!, (string)row["key_name"]!, (string)row["model"]!, (int)row["images"]!, (int)row["steps"]!, (int)row["pixel_steps"]!, (double)row["compute_seconds"]!))
                .OrderBy(row => row.Item1).ThenBy(row => row.Item2));
        Assert.Equal((6, 70, 7000, 3.75), ((int)usage["total"]!["images"]!, (int)usage["total"]!["steps"]!, (int)usage["total"]!["pixel_steps"]!, (double)usage["total"]!["compute_seconds"]!));
        JsonNode quota = Assert.Single(usage["quotas"]!.AsArray())!;
        Assert.Equal((10, 5, 5), ((int)quota["images"]!["limit"]!, (int)quota["images"]!["taken"]!, (int)quota["images"]!["remaining"]!));

        string key = (string)quota["key"]!;
        Assert.Equal(5, (int)(await ReadAsync(shop, $"?key={key}"))["total"]!["images"]!);
        Assert.Equal(3, (int)(await ReadAsync(shop, $"?to={day:yyyy-MM-dd}"))["total"]!["images"]!);
        Assert.Equal(3, (int)(await ReadAsync(shop, $"?from={day.AddDays(1):yyyy-MM-dd}"))["total"]!["images"]!);
        Assert.Equal(0, (int)(await ReadAsync(shop, $"?from={day.AddDays(-9):yyyy-MM-dd}&to={day.AddDays(-1):yyyy-MM-dd}"))["total"]!["images"]!);
    }

    [Fact]
    public async Task Another_tenants_usage_is_the_operators_to_see()
    {
        string tenant = $"t{Guid.NewGuid():N}";
        using GatewayClient own = await shared.Gateway.NewKeyAsync(new KeyTerms(tenant, Scopes.Read | Scopes.Generate));
        using GatewayClient other = await shared.Gateway.NewTenantAsync(), admin = await shared.Gateway.NewKeyAsync(new KeyTerms("operator", Scopes.Admin));
        await DrawAsync(shared.Gateway, own, new WorkDone(1, 1, 1));

        Assert.Equal(1, (int)(await ReadAsync(admin, $"?tenant={tenant}"))["total"]!["images"]!);
        Assert.Equal(1, (int)(await ReadAsync(own, $"?tenant={tenant}"))["total"]!["images"]!);
        foreach (string whose in new[] { tenant, "nobody" })
        {
            using HttpResponseMessage refused = await other.Http.GetAsync($"/v1/usage?tenant={whose}", TestContext.Current.CancellationToken);
            Assert.Equal("insufficient_scope", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.Forbidden))["code"]);
        }

        // Nor is anything told of another tenant's key.
        string key = (string)(await ReadAsync(admin, $"?tenant={tenant}"))["data"]![0]!["key"]!;
        Assert.Empty((await ReadAsync(other, $"?key={key}"))["data"]!.AsArray());
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public async Task The_first_and_the_last_day_are_days(string day)
    {
        foreach (RunningGateway gateway in new[] { shared.Gateway, postgres.Gateway })
        {
            using GatewayClient client = await gateway.NewTenantAsync();
            Assert.Empty((await ReadAsync(client, $"?from={day}&to={day}"))["data"]!.AsArray());
        }
    }

    [Theory]
    [InlineData("?from=yesterday", "from")]
    [InlineData("?from=2026-02-30", "from")]
    [InlineData("?from=2026-02-02&to=2026-02-01", "from")]
    [InlineData("?from=2020-01-01&to=2026-01-01", "from")]
    [InlineData("?key=lmn_x", "key")]
    [InlineData("?day=1", "day")]
    [InlineData("?tenant=A", "tenant")]
    public async Task A_query_that_is_wrong_is_named(string query, string parameter)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.Http.GetAsync($"/v1/usage{query}", TestContext.Current.CancellationToken);
        Assert.Equal(parameter, (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest))["param"]);
    }

    private static async Task<JsonObject> ReadAsync(GatewayClient client, string query) =>
        await GatewayClient.ReadAsync(await client.Http.GetAsync($"/v1/usage{query}", TestContext.Current.CancellationToken));

    private static async Task DrawAsync(RunningGateway gateway, GatewayClient client, params WorkDone[] work)
    {
        Guid job = await client.SubmitAsync(new { prompt = "a red star", size = "64x64", n = work.Length });
        await client.WaitAsync(job, "running");
        for (int candidate = 0; candidate < work.Length; candidate++)
        {
            await gateway.Bus.Publish(new ImageApproved(job, candidate, await gateway.DrawAsync(client.Tenant, job, candidate), work[candidate]), TestContext.Current.CancellationToken);
        }

        await client.WaitAsync(job, "completed");
    }
}
