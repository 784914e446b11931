using Limner.Gateway.Database;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace Limner.Gateway.Tests.Database;

public sealed class MigrationTests
{
    [Theory]
    [InlineData("postgres", "Host=127.0.0.1;Port=1;Username=x;Password=y;Database=z")]
    [InlineData("sqlite", "Data Source=/nowhere/limner.db")]
    public async Task Where_the_database_is_away_the_command_says_so_and_where_it_looked(string provider, string address)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(["--Database:Provider", provider, "--Database:ConnectionString", address]);
        builder.AddServiceDefaults();
        builder.Services.AddGateway(builder.Configuration);
        await using WebApplication app = builder.Build();
        IOException problem = await Assert.ThrowsAsync<IOException>(app.Services.RunMigrationAsync);
        Assert.StartsWith("The database cannot be reached or written to (", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith("; Database:Provider and Database:ConnectionString say where it is.", problem.Message, StringComparison.Ordinal);
    }

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
    public async Task A_database_of_any_version_before_keeps_its_jobs(string provider)
    {
        string[] versions;
        using (Transactions any = Contexts.Open(await NewAsync(provider)))
        await using (GatewayContext context = any.Read())
        {
            versions = [.. context.Database.GetMigrations()];
        }

        foreach (string version in versions.SkipLast(1))
        {
            using Transactions database = Contexts.Open(await NewAsync(provider));
            await using (GatewayContext context = database.Read())
            {
                await context.GetService<IMigrator>().MigrateAsync(version, TestContext.Current.CancellationToken);
                await context.Database.ExecuteSqlRawAsync(JobOfTheFirstVersion(provider), ["""{"order":"17"}"""], TestContext.Current.CancellationToken);
            }

            await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);

            await using GatewayContext after = database.Read();
            Job kept = await after.Jobs.SingleAsync(TestContext.Current.CancellationToken);
            Job same = NewJob() with { Id = Old };
            Assert.Equal((same.Id, same.Prompt, same.Seed, same.Created, same.Deadline), (kept.Id, kept.Prompt, kept.Seed, kept.Created, kept.Deadline));
            Assert.Equal("17", kept.Metadata["order"]);
            after.Add(new IdempotencyKey("t", "k", "POST /v1/jobs", [1], kept.Created) { JobId = kept.Id });
            await after.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
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
    public async Task Lists_get_their_indexes_while_others_write()
    {
        TestDatabase server = await TestDatabase.PostgresAsync();
        using Transactions database = Contexts.Open(server);
        await using (GatewayContext before = database.Read())
        {
            await before.GetService<IMigrator>().MigrateAsync(BeforeLists, TestContext.Current.CancellationToken);
        }

        // 1. Somebody is in the middle of a transaction, so the first index has to wait for him
        await using GatewayContext slow = database.Read(), quick = database.Read(), watcher = database.Read();
        await using IDbContextTransaction open = await slow.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        slow.Add(NewJob());
        await slow.SaveChangesAsync(TestContext.Current.CancellationToken);
        using Transactions one = Contexts.Open(server), two = Contexts.Open(server);
        Task[] migrations = [new Migrator(one).MigrateAsync(TestContext.Current.CancellationToken), new Migrator(two).MigrateAsync(TestContext.Current.CancellationToken)];
        await Eventually.TrueAsync(() => watcher.Database.SqlQuery<bool>(
            $"""SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock') AS "Value" """)
            .SingleAsync(TestContext.Current.CancellationToken));

        // 2. Others write meanwhile
        quick.Add(NewJob());
        await quick.SaveChangesAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.All(migrations, migration => Assert.False(migration.IsCompleted));

        // 3. When he is done they are all there, and whole
        await open.CommitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(migrations);
        Assert.Empty(await watcher.Database.SqlQuery<string>($"""SELECT indexrelid::regclass::text AS "Value" FROM pg_index WHERE NOT indisvalid""").ToArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Indexes_that_a_killed_migration_left_are_made_anew()
    {
        using Transactions database = Contexts.Open(await TestDatabase.PostgresAsync());
        await using GatewayContext context = database.Read();
        await context.GetService<IMigrator>().MigrateAsync(BeforeLists, TestContext.Current.CancellationToken);
        await context.Database.ExecuteSqlRawAsync("CREATE INDEX jobs_of_batch_by_id ON jobs (batch_id)", TestContext.Current.CancellationToken);

        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);

        Assert.Contains(
            "(batch_id, id)",
            await context.Database.SqlQuery<string>($"""SELECT indexdef AS "Value" FROM pg_indexes WHERE indexname = 'jobs_of_batch_by_id'""").SingleAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
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

    [Fact]
    public async Task A_file_that_a_later_version_has_used_is_refused()
    {
        using Transactions database = Contexts.Open(await NewAsync("sqlite"));
        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);
        await using (GatewayContext context = database.Read())
        {
            await context.Database.ExecuteSqlRawAsync("INSERT INTO migrations VALUES ('20991231000000_Frames', '10.0.0')", TestContext.Current.CancellationToken);
        }

        IOException refusal = await Assert.ThrowsAsync<IOException>(() => new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken));
        Assert.Contains("a later version of Limner, which added 20991231000000_Frames", refusal.Message, StringComparison.Ordinal);
    }

    internal static async Task<TestDatabase> NewAsync(string provider) =>
        provider == "postgres" ? await TestDatabase.PostgresAsync() : TestDatabase.Sqlite();

    private const string BeforeLists = "20261128181000_Duties";

    private static readonly Guid Old = Guid.Parse("0193a0c0-1234-7abc-8def-0123456789ab");

    // The columns of the first version; every later one has to have a default. What the model writes today would not fit in there.
    private static string JobOfTheFirstVersion(string provider) =>
        $$"""
        INSERT INTO jobs (id, tenant, priority, state, prompt, negative_prompt, count, seed, width, height, metadata, created, deadline, work, pending, candidates, events, attempts)
        VALUES ('{{(provider == "sqlite" ? Old.ToString().ToUpperInvariant() : Old)}}', 't', 0, 0, 'a red star', '', 1, -1, 64, 64, {0},
            {{Time(provider, 2026)}}, {{Time(provider, 2099)}}, 1, 1, '[]', 0, 0)
        """;

    private static string Time(string provider, int year)
    {
        DateTimeOffset time = new(year, 11, 22, 12, 0, 0, TimeSpan.Zero);
        return provider == "sqlite" ? $"{time.ToUnixTimeMilliseconds() * 1000}" : $"'{time:O}'";
    }

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
