using System.Net;
using System.Text.Json.Nodes;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;

namespace Limner.Gateway.Tests.Views;

public abstract class JobListTests(SharedGateway shared)
{
    [Fact]
    public async Task Pages_have_every_job_once_newest_first()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        var jobs = new List<string>();
        for (int i = 0; i < 7; i++)
        {
            jobs.Add(JobId.Format(await client.SubmitAsync()));
        }

        var pages = new List<string[]>();
        string? cursor = null;
        do
        {
            JsonObject page = await ListAsync(client, $"limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            pages.Add([.. page["data"]!.AsArray().Select(job => (string)job!["id"]!)]);
            cursor = (string?)page["next_cursor"];
            Assert.Equal(cursor is not null, (bool)page["has_more"]!);
            // A job that comes meanwhile moves nothing.
            await client.SubmitAsync();
        }
        while (cursor is not null);

        Assert.Equal([3, 3, 1], pages.Select(page => page.Length));
        Assert.Equal(jobs.Order(StringComparer.Ordinal).Reverse(), pages.SelectMany(page => page));
    }

    [Fact]
    public async Task Filters_choose_by_status_priority_and_time()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        Guid done = await client.SubmitAsync(new { prompt = "a", priority = "batch" });
        await client.ApproveAsync(done);
        await client.WaitAsync(done, "completed");
        Guid open = await client.SubmitAsync(new { prompt = "b" });
        await client.WaitAsync(open, "running");
        string created = (string)(await client.GetAsync(open))["created_at"]!;

        Assert.Equal([done], await IdsAsync(client, "status=completed"));
        Assert.Equal([open], await IdsAsync(client, "status=running"));
        Assert.Equal([done], await IdsAsync(client, "priority=batch"));
        Assert.Empty(await IdsAsync(client, "priority=batch&status=running"));
        Assert.Contains(open, await IdsAsync(client, $"created_after={created}"));
        Assert.Equal([open, done], await IdsAsync(client, "created_after=2020-01-01T00:00:00Z"));
        Assert.Empty(await IdsAsync(client, "created_before=2020-01-01T00:00:00Z"));
        Assert.Equal([open, done], await IdsAsync(client, "created_after=2020-01-01T01:00:00.123456789%2B01:00"));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("status=done", "status")]
    [InlineData("status=1", "status")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("created_after=yesterday", "created_after")]
    [InlineData("created_after=03/04/2030", "created_after")]
    [InlineData("created_before=2030-01-31T12:00:00", "created_before")]
    [InlineData("created_before=2030-01-31", "created_before")]
    [InlineData("page=2", "page")]
    [InlineData("limit=1&limit=2", "limit")]
    public async Task A_query_is_read_as_strictly_as_a_body(string query, string parameter)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.Http.GetAsync($"/v1/jobs?{query}", TestContext.Current.CancellationToken);

        Assert.Equal(parameter, (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest))["param"]);
    }

    private static async Task<JsonObject> ListAsync(GatewayClient client, string query) =>
        await GatewayClient.ReadAsync(await client.Http.GetAsync($"/v1/jobs?{query}", TestContext.Current.CancellationToken));

    private static async Task<Guid[]> IdsAsync(GatewayClient client, string query) =>
        [.. (await ListAsync(client, query))["data"]!.AsArray().Select(job => JobId.Parse((string)job!["id"]!)!.Value)];
}

public sealed class JobListOnSqliteTests(SqliteGateway shared) : JobListTests(shared);

public sealed class JobListOnPostgresTests(PostgresGateway shared) : JobListTests(shared);
