using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Submissions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Limits;

public sealed class QuotaTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Images_are_taken_at_acceptance_and_what_was_not_drawn_is_given_back_at_the_end(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider));
        using GatewayClient client = await gateway.NewTenantAsync(new Allowance { MonthlyImages = 5 });
        Guid four = await client.SubmitAsync(Job(4));
        JsonObject error = await RefusedAsync(client, 2);
        Assert.Equal(("insufficient_quota", "rate_limit_error"), ((string)error["code"]!, (string)error["type"]!));
        Guid one = await client.SubmitAsync(Job(1));
        await RefusedAsync(client, 1);

        // One drawn, three failed: three come back.
        await client.WaitAsync(four, "running");
        await client.ApproveAsync(four, 0);
        for (int candidate = 1; candidate < 4; candidate++)
        {
            await gateway.Bus.Publish(new StageFailed(four, candidate, JobStage.Decoding, "stage_failed", "It failed."), TestContext.Current.CancellationToken);
        }

        await client.WaitAsync(four, "completed");
        Assert.Equal((2, 0.5), await TakenAsync(gateway, client));
        // A job that is taken back gives all of it back.
        await client.Http.DeleteAsync($"/v1/jobs/{Gateway.Jobs.JobId.Format(one)}", TestContext.Current.CancellationToken);
        Assert.Equal((1, 0.5), await TakenAsync(gateway, client));
        await RefusedAsync(client, 5);
        await client.SubmitAsync(Job(4));
        await RefusedAsync(client, 1);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_quota_that_comes_back_counts_what_was_drawn_without_it(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider));
        using GatewayClient client = await gateway.NewTenantAsync(new Allowance { MonthlyImages = 5 });
        KeyLedger keys = gateway.Services.GetRequiredService<KeyLedger>();
        ApiKey key = Assert.Single(await keys.ListAsync(client.Tenant, null, 2, TestContext.Current.CancellationToken));
        async Task DrawOneAsync()
        {
            Guid job = await client.SubmitAsync(Job(1));
            await client.WaitAsync(job, "running");
            await client.ApproveAsync(job, 0);
            await client.WaitAsync(job, "completed");
        }

        async Task ChangeAsync(int? images)
        {
            await keys.ChangeAsync(key.Id, key => key with { Allowance = key.Allowance with { MonthlyImages = images } }, TestContext.Current.CancellationToken);
            // A Gateway looks a key up again after three seconds.
            DateTimeOffset known = TimeProvider.System.GetUtcNow().AddSeconds(4);
            await Eventually.TrueAsync(() => TimeProvider.System.GetUtcNow() > known);
        }

        await DrawOneAsync();
        await ChangeAsync(null);
        await DrawOneAsync();
        await DrawOneAsync();
        await ChangeAsync(3);
        await RefusedAsync(client, 1);
        await ChangeAsync(4);
        await DrawOneAsync();
        await RefusedAsync(client, 1);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Compute_seconds_are_estimated_from_what_was_drawn_lately_and_settled_with_what_it_took(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider));
        using GatewayClient client = await gateway.NewTenantAsync(new Allowance { MonthlyComputeSeconds = 10 });

        // Nothing is known yet, so nothing is reserved.
        Guid first = await client.SubmitAsync(Job(1));
        Assert.Equal((1, 0), await TakenAsync(gateway, client));
        await DrawAsync(client, gateway, first, new WorkDone(10, 10 * 64 * 64, 4));
        Assert.Equal((1, 4), await TakenAsync(gateway, client));

        // Now two images of ten steps should take 8 s: they are let in, since there is some left, and then there is none.
        Guid second = await client.SubmitAsync(Job(2));
        Assert.Equal((3, 12), await TakenAsync(gateway, client));
        Assert.Equal("insufficient_quota", (string?)(await RefusedAsync(client, 1))["code"]);

        // They took 3 s: there is some left again.
        await DrawAsync(client, gateway, second, new WorkDone(10, 10 * 64 * 64, 1), new WorkDone(10, 10 * 64 * 64, 2));
        Assert.Equal((3, 7), await TakenAsync(gateway, client));
        await client.SubmitAsync(Job(1));
    }

    [Fact]
    public async Task Many_at_once_at_several_Gateways_take_no_more_than_there_is()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        (string, string)[] settings = [("Limits:MonthlyImages", "11")];
        await using RunningGateway one = await RunningGateway.StartAsync(database, settings: settings), two = await RunningGateway.StartAsync(database, settings: settings);
        using GatewayClient own = await one.NewKeyAsync(new KeyTerms("acme", Scopes.Generate) { Allowance = new Allowance { MonthlyImages = 6 } });
        using GatewayClient free = await one.NewKeyAsync(new KeyTerms("acme", Scopes.Generate)), ownThere = own.At(two), freeThere = free.At(two);

        Assert.Equal(3, await CountAcceptedAsync(own, ownThere));
        Assert.Equal(2, await CountAcceptedAsync(free, freeThere));
        await using GatewayContext context = one.Database.Read();
        long[] taken = await context.QuotaAccounts.OrderBy(account => account.Owner).Select(account => account.Images).ToArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal([6, 10], taken);
    }

    [Fact]
    public async Task A_new_month_begins_anew_and_a_job_counts_in_the_month_of_its_acceptance()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), time, settings: ("Gateway:InteractiveDeadline", "30.00:00:00"));
        // The 15th, whatever today is.
        DateTimeOffset now = time.GetUtcNow();
        time.Advance(Month.Of(now).End.AddDays(14) - now);
        using GatewayClient client = await gateway.NewTenantAsync(new Allowance { MonthlyImages = 2 });
        Guid old = await client.SubmitAsync(Job(2));
        using HttpResponseMessage refused = await PostAsync(client, 1);
        // Clients that do as they are told would sleep for two weeks.
        Assert.Null(refused.Headers.RetryAfter);
        Assert.Equal("false", refused.Headers.GetValues("x-should-retry").Single());
        await client.WaitAsync(old, "running");

        time.Advance(TimeSpan.FromDays(20));
        await client.SubmitAsync(Job(2));
        await RefusedAsync(client, 1);
        await DrawAsync(client, gateway, old, new WorkDone(10, 1, 1), new WorkDone(10, 1, 1));
        await using GatewayContext context = gateway.Database.Read();
        Assert.Equal([(2L, 2.0), (2L, 0.0)], (await context.QuotaAccounts.OrderBy(account => account.Month).ToArrayAsync(TestContext.Current.CancellationToken)).Select(account => (account.Images, account.ComputeSeconds)));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_quota_that_is_new_counts_what_the_month_used_before_it(string provider)
    {
        TestDatabase database = await MigrationTests.NewAsync(provider);
        string key;
        await using (RunningGateway before = await RunningGateway.StartAsync(database))
        {
            using GatewayClient client = await before.NewKeyAsync(new KeyTerms("acme", Scopes.Generate | Scopes.Read));
            key = client.Key;
            await DrawAsync(client, before, await client.SubmitAsync(Job(2)), new WorkDone(1, 1, 1), new WorkDone(1, 1, 1));
        }

        await using RunningGateway gateway = await RunningGateway.StartAsync(database, settings: ("Limits:MonthlyImages", "3"));
        using var again = new GatewayClient(gateway, "acme", key);
        await RefusedAsync(again, 2);
        await again.SubmitAsync(Job(1));
        await RefusedAsync(again, 1);
    }

    private static object Job(int n) => new { prompt = "a red star", size = "64x64", steps = 10, n };

    private static Task<HttpResponseMessage> PostAsync(GatewayClient client, int n) => client.PostAsync($$"""{"prompt":"a red star","size":"64x64","steps":10,"n":{{n}}}""");

    private static async Task<System.Text.Json.Nodes.JsonObject> RefusedAsync(GatewayClient client, int n)
    {
        using HttpResponseMessage response = await PostAsync(client, n);
        Assert.Null(response.Headers.RetryAfter);
        return await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.TooManyRequests);
    }

    private static async Task DrawAsync(GatewayClient client, RunningGateway gateway, Guid job, params WorkDone[] work)
    {
        await client.WaitAsync(job, "running");
        for (int candidate = 0; candidate < work.Length; candidate++)
        {
            await gateway.Bus.Publish(
                new ImageApproved(job, candidate, await gateway.DrawAsync(client.Tenant, job, candidate), work[candidate]), TestContext.Current.CancellationToken);
        }

        await client.WaitAsync(job, "completed");
    }

    private static async Task<(long Images, double Seconds)> TakenAsync(RunningGateway gateway, GatewayClient client)
    {
        Guid key = (await gateway.Services.GetRequiredService<KeyDirectory>().FindAsync(client.Key, TestContext.Current.CancellationToken))!.KeyId;
        await using GatewayContext context = gateway.Database.Read();
        QuotaAccount account = await context.QuotaAccounts.SingleAsync(account => account.Owner == QuotaAccount.OfKey(key), TestContext.Current.CancellationToken);
        return (account.Images, Math.Round(account.ComputeSeconds, 9));
    }

    private static async Task<int> CountAcceptedAsync(params GatewayClient[] clients)
    {
        HttpStatusCode[] statuses = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            using HttpResponseMessage response = await PostAsync(clients[i % clients.Length], 2);
            return response.StatusCode;
        }));
        Assert.All(statuses, status => Assert.True(status is HttpStatusCode.Accepted or HttpStatusCode.TooManyRequests));
        return statuses.Count(status => status == HttpStatusCode.Accepted);
    }
}
