using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Usage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Limner.Gateway.Tests.Database;

/// <summary>A database that the first version filled: keys open as before, and what was used stays counted.</summary>
public sealed class FirstVersionTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Keys_and_usage_of_the_first_version_are_kept(string provider)
    {
        using Transactions database = Contexts.Open(await MigrationTests.NewAsync(provider));
        await using (GatewayContext context = database.Read())
        {
            await context.GetService<IMigrator>().MigrateAsync(FirstVersion.LastMigration, TestContext.Current.CancellationToken);
            await context.Database.ExecuteSqlRawAsync(FirstVersion.Rows(provider), TestContext.Current.CancellationToken);
        }

        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);

        await using GatewayContext after = database.Read();
        Job job = await after.Jobs.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal((FirstVersion.JobId, FirstVersion.Noon, JobState.Completed, null, null), (job.Id, job.Created, job.State, job.KeyId, job.Reservation));
        Assert.Equal("17", job.Metadata["order"]);
        Assert.Equal(job.Id, (await after.IdempotencyKeys.SingleAsync(TestContext.Current.CancellationToken)).JobId);

        UsageEntry[] usage = await after.Usage.OrderBy(entry => entry.Candidate).ToArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal([(10, 40960L, 0.5), (10, 40960L, 0.25)], usage.Select(entry => (entry.Steps, entry.PixelSteps, entry.ComputeSeconds)));
        Assert.Equal([new DateOnly(2026, 11, 22), new DateOnly(2026, 11, 23)], usage.Select(entry => entry.Day));
        Assert.All(usage, entry => Assert.Equal((null, ""), (entry.KeyId, entry.Model)));

        Assert.Equal(2, (await UsageDayTests.AddedUpAsync(after)).Length);

        ApiKey[] keys = await after.Keys.OrderBy(key => key.Tenant).ToArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["t", "u"], keys.Select(key => key.Tenant));
        Assert.All(keys, key => Assert.Equal((Scopes.Read | Scopes.Generate, "", Allowance.Unlimited, null, null), (key.Scopes, key.Name, key.Allowance, key.Expires, key.Revoked)));
        Assert.NotEqual(keys[0].Id, keys[1].Id);
        Assert.Equal(keys[0].Id, (await new KeyDirectory(database, TimeProvider.System).FindAsync(FirstVersion.Secret, TestContext.Current.CancellationToken))!.KeyId);
    }
}
