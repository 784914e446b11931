using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Submissions;
using Limner.Gateway.Tests.Application;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Limner.Gateway.Tests.Database;

public sealed class MigrationTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_empty_database_gets_all_that_the_model_has(string provider)
    {
        using Transactions database = Contexts.Open(await NewAsync(provider));
        var migrator = new Migrator(database);
        Assert.False(await migrator.IsCurrentAsync(TestContext.Current.CancellationToken));

        await migrator.MigrateAsync(TestContext.Current.CancellationToken);

        Assert.True(await migrator.IsCurrentAsync(TestContext.Current.CancellationToken));
        await using GatewayContext context = database.Read();
        Assert.False(context.Database.HasPendingModelChanges(), "The model has changed since the last migration: add one.");
        Assert.Empty(await context.Jobs.Where(job => job.Seed == 1).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await context.IdempotencyKeys.ToListAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_database_of_the_version_before_keeps_its_jobs(string provider)
    {
        using Transactions database = Contexts.Open(await NewAsync(provider));
        Job before = NewJob();
        await using (GatewayContext context = database.Read())
        {
            string[] versions = [.. context.Database.GetMigrations()];
            await context.GetService<IMigrator>().MigrateAsync(versions[^2], TestContext.Current.CancellationToken);
            context.Add(before);
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);

        await using GatewayContext after = database.Read();
        Job kept = await after.Jobs.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal((before.Id, before.Prompt, before.Seed, before.Created, before.Deadline), (kept.Id, kept.Prompt, kept.Seed, kept.Created, kept.Deadline));
        Assert.Equal("17", kept.Metadata["order"]);
        after.Add(new IdempotencyKey("t", "k", [1], kept.Id));
        await after.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Four_that_migrate_one_postgres_at_once_do_it_once()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        // Not even there yet: whoever is first makes it.
        database = database with { ConnectionString = database.ConnectionString.Replace("limner_", "limner_new_", StringComparison.Ordinal) };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using Transactions own = Contexts.Open(database);
            await new Migrator(own).MigrateAsync(TestContext.Current.CancellationToken);
        }));

        using Transactions check = Contexts.Open(database);
        Assert.True(await new Migrator(check).IsCurrentAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_whose_migration_was_killed_can_be_migrated()
    {
        using Transactions database = Contexts.Open(await NewAsync("sqlite"));
        await using (GatewayContext context = database.Read())
        {
            await context.Database.ExecuteSqlRawAsync(
                "CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER PRIMARY KEY, \"Timestamp\" TEXT NOT NULL); INSERT INTO \"__EFMigrationsLock\" VALUES (1, 'long ago')", TestContext.Current.CancellationToken);
        }

        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);

        Assert.True(await new Migrator(database).IsCurrentAsync(TestContext.Current.CancellationToken));
    }

    internal static async Task<TestDatabase> NewAsync(string provider) =>
        provider == "postgres" ? await TestDatabase.PostgresAsync() : TestDatabase.Sqlite();

    internal static Job NewJob(string tenant = "t") => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = tenant,
        Prompt = "a red star",
        Count = 1,
        Pending = 1,
        Seed = ulong.MaxValue,
        Width = 64,
        Height = 64,
        Work = 1,
        Created = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero),
        Deadline = new DateTimeOffset(2099, 11, 22, 12, 0, 0, TimeSpan.Zero),
        Metadata = new Dictionary<string, string> { ["order"] = "17" },
    };
}
