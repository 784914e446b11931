using System.Text.Json.Nodes;
using Limner.Contracts.Images;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Retention;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Usage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Retention;

public sealed class UsageSweepTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Entries_go_and_reports_and_estimates_are_as_before(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), time);
        using GatewayClient client = await gateway.NewTenantAsync(new Allowance { MonthlyComputeSeconds = 100 });
        DateTimeOffset begin = time.GetUtcNow();
        Guid drawn = await client.SubmitAsync(new { prompt = "a red star", size = "64x64", steps = 10, n = 2 });
        await client.WaitAsync(drawn, "running");
        foreach (int candidate in new[] { 0, 1 })
        {
            await gateway.Bus.Publish(new ImageApproved(drawn, candidate, await gateway.DrawAsync(client.Tenant, drawn, candidate), new WorkDone(10, 10 * 64 * 64, 2, "first 1")), Cancellation);
        }

        await client.WaitAsync(drawn, "completed");
        time.Advance(TimeSpan.FromDays(60));
        string days = $"/v1/usage?from={begin:yyyy-MM-dd}&to={begin.AddDays(1):yyyy-MM-dd}";
        JsonObject before = await GatewayClient.ReadAsync(await client.Http.GetAsync(days, Cancellation));
        Assert.Equal(2, (int)before["total"]!["images"]!);

        // The routine may be at it too, where the database was late.
        Assert.InRange(await gateway.Services.GetRequiredService<UsageSweep>().SweepAsync(Cancellation), 0, 2);

        await using GatewayContext context = gateway.Database.Read();
        Assert.Empty(await context.Usage.ToArrayAsync(Cancellation));
        Assert.Equal(before.ToJsonString(), (await GatewayClient.ReadAsync(await client.Http.GetAsync(days, Cancellation))).ToJsonString());
        await client.SubmitAsync(new { prompt = "a red star", size = "64x64", steps = 10, n = 3 });
        Guid key = (await gateway.Services.GetRequiredService<KeyDirectory>().FindAsync(client.Key, Cancellation))!.KeyId;
        string month = Month.Of(time.GetUtcNow()).Name;
        Assert.Equal(6, (await context.QuotaAccounts.SingleAsync(account => account.Owner == QuotaAccount.OfKey(key) && account.Month == month, Cancellation)).ComputeSeconds, 6);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_is_young_or_of_a_job_that_is_yet_to_be_settled_stays(string provider)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider));
        Guid young = Guid.CreateVersion7(now.AddDays(-39)), old = Guid.CreateVersion7(now.AddDays(-41)), open = Guid.CreateVersion7(now.AddDays(-42));
        Guid[] many = [.. Enumerable.Range(1, 2500).Select(i => Guid.CreateVersion7(now.AddDays(-50).AddMinutes(i)))];
        await gateway.Database.WriteAsync(context =>
        {
            context.Add(MigrationTests.NewJob() with { Id = open });
            context.AddRange(((Guid[])[young, old, open, .. many]).Select(job => new UsageEntry(job, 0, "t", now, 1, 1, 1) { Day = DateOnly.FromDateTime(now.UtcDateTime) }));
            return Task.FromResult(true);
        }, Cancellation);

        await gateway.Services.GetRequiredService<UsageSweep>().SweepAsync(Cancellation);

        await using GatewayContext after = gateway.Database.Read();
        Assert.Equal(new[] { young, open }.Order(), (await after.Usage.Select(entry => entry.JobId).ToArrayAsync(Cancellation)).Order());
        UsageDay day = await after.UsageDays.SingleAsync(Cancellation);
        Assert.Equal(2503, day.Images);
    }
}
