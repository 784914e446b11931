using System.Net;
using Limner.Gateway.Database;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Submissions;

namespace Limner.Gateway.Tests.Limits;

public sealed class ConcurrentJobTests
{
    private const string Body = """{"prompt":"a red star","size":"64x64"}""";

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task No_more_interactive_jobs_at_once_than_a_key_may_have(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider));
        using GatewayClient client = await gateway.NewTenantAsync(new Allowance { ConcurrentJobs = 2 });
        Guid first = await client.SubmitAsync(), second = await client.SubmitAsync();

        using HttpResponseMessage refused = await client.PostAsync(Body);
        Assert.Equal("rate_limit_exceeded", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.TooManyRequests))["code"]);
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        // Batch jobs wait by their nature.
        await client.SubmitAsync(new { prompt = "a red star", size = "64x64", priority = "batch" });

        // Whatever ends a job makes room.
        await client.WaitAsync(first, "running");
        await client.ApproveAsync(first);
        await client.WaitAsync(first, "completed");
        Guid third = await client.SubmitAsync();
        (await client.PostAsync(Body)).Dispose();
        await client.Http.DeleteAsync($"/v1/jobs/{Gateway.Jobs.JobId.Format(second)}", TestContext.Current.CancellationToken);
        await client.SubmitAsync();
        await client.WaitAsync(third, "running");
    }

    [Fact]
    public async Task Many_at_once_at_several_Gateways_get_exactly_what_is_allowed()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        (string, string)[] settings = [("Limits:ConcurrentJobs", "7")];
        await using RunningGateway one = await RunningGateway.StartAsync(database, settings: settings), two = await RunningGateway.StartAsync(database, settings: settings);
        using GatewayClient first = await one.NewKeyAsync(new KeyTerms("acme", Scopes.Generate) { Allowance = new Allowance { ConcurrentJobs = 5 } });
        using GatewayClient second = await one.NewKeyAsync(new KeyTerms("acme", Scopes.Generate)), stranger = await one.NewKeyAsync(new KeyTerms("other", Scopes.Generate));
        using GatewayClient firstThere = first.At(two), secondThere = second.At(two);

        Assert.Equal(5, await CountAcceptedAsync(20, first, firstThere));
        Assert.Equal(2, await CountAcceptedAsync(20, second, secondThere));
        Assert.Equal(7, await CountAcceptedAsync(20, stranger));
    }

    [Fact]
    public async Task The_same_request_sent_twice_at_once_is_accepted_once_and_answered_twice()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        await using RunningGateway gateway = await RunningGateway.StartAsync(database);
        using GatewayClient client = await gateway.NewTenantAsync(new Allowance { ConcurrentJobs = 1 });
        HttpStatusCode[] statuses = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ => (await client.PostAsync(Body, "one")).StatusCode));
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Accepted, status));
    }

    [Fact]
    public async Task Those_that_wait_for_their_tenants_turn_leave_others_their_connections()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        await using RunningGateway gateway = await RunningGateway.StartAsync(database, settings: [("Database:Connections", "4")]);
        using GatewayClient limited = await gateway.NewTenantAsync(new Allowance { ConcurrentJobs = 100 }), other = await gateway.NewTenantAsync();
        using Transactions elsewhere = Contexts.Open(database);
        Task<HttpResponseMessage[]> waiting = await elsewhere.WriteAsync(async context =>
        {
            await context.LockTenantAsync(limited.Tenant, TestContext.Current.CancellationToken);
            Task<HttpResponseMessage[]> asking = Task.WhenAll(Enumerable.Range(0, 20).Select(_ => limited.PostAsync(Body)));
            await other.SubmitAsync();
            Assert.False(asking.IsCompleted);
            return asking;
        }, TestContext.Current.CancellationToken);
        Assert.All(await waiting, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
    }

    private static async Task<int> CountAcceptedAsync(int requests, params GatewayClient[] clients)
    {
        HttpStatusCode[] statuses = await Task.WhenAll(Enumerable.Range(0, requests).Select(async i => (await clients[i % clients.Length].PostAsync(Body)).StatusCode));
        Assert.All(statuses, status => Assert.True(status is HttpStatusCode.Accepted or HttpStatusCode.TooManyRequests));
        return statuses.Count(status => status == HttpStatusCode.Accepted);
    }
}
