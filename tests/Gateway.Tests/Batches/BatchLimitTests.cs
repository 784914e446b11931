using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
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

        Guid key = (await gateway.Services.GetRequiredService<KeyDirectory>().FindAsync(client.Key, Cancellation))!.KeyId;
        await gateway.Services.GetRequiredService<KeyLedger>().RevokeAsync(key, Cancellation);
        foreach (Guid job in gateway.Stages.Submitted.Select(job => job.JobId).ToArray())
        {
            await client.ApproveAsync(job);
        }

        (JsonObject[] output, JsonObject[] errors) = await other.ResultsAsync(await other.WaitBatchAsync(id, "completed"), 6);
        Assert.Equal((2, 4), (output.Length, errors.Length));
        Assert.All(errors, line => Assert.Contains("invalid_api_key", line.ToJsonString(), StringComparison.Ordinal));
    }
}
