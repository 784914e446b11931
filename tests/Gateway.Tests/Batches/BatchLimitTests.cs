using System.Net;
using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Files;
using Limner.ObjectStorage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Batches;

public sealed class BatchLimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Lines_that_a_quota_has_no_room_for_are_refused_and_the_others_drawn(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider));
        await using var painter = new Painter(gateway);
        // Jobs at once are no limit of a batch's.
        using GatewayClient client = await gateway.NewTenantAsync(new Allowance { MonthlyImages = 7, ConcurrentJobs = 1 });
        string id = await client.StartBatchAsync(BatchClient.Lines(12));

        (JsonObject[] output, JsonObject[] errors) = await client.ResultsAsync(await client.WaitBatchAsync(id, "completed"), 12);

        Assert.Equal(Enumerable.Range(1, 7).Select(i => $"r{i}"), output.Select(line => (string)line["custom_id"]!));
        Assert.Equal(5, errors.Length);
        Assert.All(errors, line => Assert.Contains("insufficient_quota", line.ToJsonString(), StringComparison.Ordinal));
        await using GatewayContext context = gateway.Database.Read();
        Assert.Equal(7, (await context.QuotaAccounts.SingleAsync(Cancellation)).Images);
        Guid key = (await gateway.Services.GetRequiredService<KeyDirectory>().FindAsync(client.Key, Cancellation))!.KeyId;
        Assert.Equal(7, await context.Usage.CountAsync(entry => entry.KeyId == key, Cancellation));
    }

    [Fact]
    public async Task A_batch_whose_key_was_revoked_draws_no_more_lines()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: ("Batches:Window", "2"));
        using GatewayClient client = await gateway.NewTenantAsync();
        using GatewayClient other = await gateway.NewKeyAsync(new KeyTerms(client.Tenant, Scopes.Read));
        string id = await client.StartBatchAsync(BatchClient.Lines(6));
        await Eventually.TrueAsync(() => gateway.Stages.Submitted.Count == 2);

        await RevokeAsync(gateway, client);
        foreach (Guid job in gateway.Stages.Submitted.Select(job => job.JobId).ToArray())
        {
            await client.ApproveAsync(job);
        }

        (JsonObject[] output, JsonObject[] errors) = await other.ResultsAsync(await other.WaitBatchAsync(id, "completed"), 6);
        Assert.Equal((2, 4), (output.Length, errors.Length));
        Assert.All(errors, line => Assert.Contains("invalid_api_key", line.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_is_revoked_while_lines_are_prepared_draws_none_of_them()
    {
        using var store = new UnreliableStore();
        await using RunningGateway gateway = await StartAsync(store);
        using GatewayClient client = await gateway.NewTenantAsync();
        using GatewayClient other = await gateway.NewKeyAsync(new KeyTerms(client.Tenant, Scopes.Read));
        store.MeanwhileFirstSource = async () => await RevokeAsync(gateway, client);
        string id = await client.StartBatchAsync(BatchClient.PictureLines(3));

        (_, JsonObject[] errors) = await other.ResultsAsync(await other.WaitBatchAsync(id, "completed"), 3);

        Assert.Equal(3, errors.Length);
        Assert.All(errors, line => Assert.Contains("invalid_api_key", line.ToJsonString(), StringComparison.Ordinal));
        Assert.Equal((3, 0), (store.Sources, await gateway.CountObjectsAsync("/source-")));
    }

    [Fact]
    public async Task Lines_that_take_longer_than_a_batch_is_held_become_jobs_before_the_next_are_prepared()
    {
        var time = new ShiftedTime();
        using var store = new UnreliableStore();
        await using RunningGateway gateway = await StartAsync(store, time);
        using GatewayClient client = await gateway.NewTenantAsync();
        int jobs = -1;
        store.Meanwhile = async key =>
        {
            time.Advance(key.Contains("/source-", StringComparison.Ordinal) ? TimeSpan.FromSeconds(16) : TimeSpan.Zero);
            jobs = store.Sources == 2 ? await gateway.CountJobsAsync() : jobs;
        };
        await client.StartBatchAsync(BatchClient.PictureLines(3));

        await Eventually.TrueAsync(async () => await gateway.CountJobsAsync() == 3);
        Assert.Equal(2, jobs);
    }

    [Fact]
    public async Task A_batch_that_waits_for_a_quota_prepares_nothing_meanwhile()
    {
        using var store = new UnreliableStore();
        await using RunningGateway gateway = await StartAsync(store);
        using GatewayClient client = await gateway.NewTenantAsync(new Allowance { MonthlyImages = 2 });
        await client.StartBatchAsync(BatchClient.PictureLines(6));
        await Eventually.TrueAsync(async () => await gateway.CountJobsAsync() == 2);

        // Somebody looks at it again and again.
        var looks = new HashSet<DateTimeOffset>();
        await Eventually.TrueAsync(async () =>
        {
            await using GatewayContext context = gateway.Database.Read();
            looks.UnionWith(await context.Batches.Where(batch => batch.Holder == null).Select(batch => batch.Due).ToArrayAsync(Cancellation));
            return looks.Count == 3;
        });

        Assert.Equal((2, 2), (store.Sources, await gateway.CountObjectsAsync("/source-")));
    }

    [Fact]
    public async Task What_a_quota_that_is_used_up_meanwhile_has_no_room_for_leaves_no_files()
    {
        using var store = new UnreliableStore();
        await using RunningGateway gateway = await StartAsync(store);
        using GatewayClient client = await gateway.NewTenantAsync(new Allowance { MonthlyImages = 3 });
        store.MeanwhileFirstSource = async () => await client.SubmitAsync(new { prompt = "two stars", n = 2, size = "64x64" });
        await client.StartBatchAsync(BatchClient.PictureLines(3));

        await Eventually.TrueAsync(async () => await gateway.CountJobsAsync() == 2 && await gateway.CountObjectsAsync("/source-") == 1);
        Assert.Equal(3, store.Sources);
    }

    [Fact]
    public async Task Many_at_once_at_several_Gateways_begin_exactly_as_many_as_may_be_open()
    {
        using var store = new UnreliableStore();
        TestDatabase database = await TestDatabase.PostgresAsync();
        await using RunningGateway one = await StartAsync(store, database: database), two = await StartAsync(store, database: database);
        using GatewayClient here = await one.NewTenantAsync(), there = here.At(two);
        string[] files = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => here.UploadAsync(BatchClient.Lines(1))));
        HttpStatusCode[] statuses = await Task.WhenAll(files.Select(async (file, i) =>
        {
            using HttpResponseMessage response = await (i % 2 == 0 ? here : there).PostBatchAsync(BatchClient.Request(file));
            return response.StatusCode;
        }));

        Assert.Equal((5, 15), (statuses.Count(status => status == HttpStatusCode.OK), statuses.Count(status => status == HttpStatusCode.TooManyRequests)));
    }

    private static async Task<RunningGateway> StartAsync(UnreliableStore store, TimeProvider? time = null, TestDatabase? database = null) => await RunningGateway.StartAsync(
        database ?? TestDatabase.Sqlite(), time, services => services.AddSingleton<IObjectStore>(store), settings: ("Batches:MaxPerTenant", "5"));

    private static async Task RevokeAsync(RunningGateway gateway, GatewayClient client)
    {
        Guid key = (await gateway.Services.GetRequiredService<KeyDirectory>().FindAsync(client.Key, Cancellation))!.KeyId;
        await gateway.Services.GetRequiredService<KeyLedger>().RevokeAsync(key, Cancellation);
    }
}
