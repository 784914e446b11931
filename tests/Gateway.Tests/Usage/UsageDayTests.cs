using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Usage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Limner.Gateway.Tests.Usage;

public sealed class UsageDayTests
{
    private static readonly DateOnly Monday = new(2026, 11, 23);
    private static readonly Guid Key = Guid.CreateVersion7();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_was_used_before_there_were_days_is_added_up_and_what_comes_after_is_added(string provider)
    {
        using Transactions database = Contexts.Open(await MigrationTests.NewAsync(provider));
        await using (GatewayContext before = database.Read())
        {
            await before.GetService<IMigrator>().MigrateAsync("20261128121000_RareRows", Cancellation);
            before.AddRange(Entry("a", Monday, Key), Entry("a", Monday, Key), Entry("a", Monday, null), Entry("a", Monday.AddDays(1), Key), Entry("b", Monday, Key), Entry("a", Monday, Key, "second 2"));
            await before.SaveChangesAsync(Cancellation);
        }

        await new Migrator(database).MigrateAsync(Cancellation);
        await using (GatewayContext migrated = database.Read())
        {
            Assert.Equal(5, (await AddedUpAsync(migrated)).Length);
        }

        await database.WriteAsync(context =>
        {
            foreach (UsageEntry entry in new[] { Entry("a", Monday, Key), Entry("a", Monday, null), Entry("c", Monday, null), Entry("a", Monday, Key) })
            {
                context.Insert(entry);
            }

            return Task.FromResult(true);
        }, Cancellation);
        await using GatewayContext after = database.Read();
        UsageDay[] days = await AddedUpAsync(after);
        Assert.Equal(6, days.Length);
        Assert.Equal(new UsageDay("a", Monday, Guid.Empty, "first 1", 2, 20, 2000, 1), days.Single(day => day is { Tenant: "a", KeyId: var key } && key == Guid.Empty));
        Assert.Equal(4, days.Single(day => day is { Tenant: "a", Model: "first 1" } && day.Day == Monday && day.KeyId == Key).Images);
    }

    [Fact]
    public async Task What_is_rolled_back_is_not_added_up()
    {
        foreach (string provider in new[] { "sqlite", "postgres" })
        {
            using Transactions database = Contexts.Open(await MigrationTests.NewAsync(provider));
            await new Migrator(database).MigrateAsync(Cancellation);
            await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync<bool>(async context =>
            {
                context.Insert(Entry("a", Monday, Key));
                await context.SaveChangesAsync(Cancellation);
                throw new InvalidOperationException();
            }, Cancellation));

            await using GatewayContext after = database.Read();
            Assert.Empty(await AddedUpAsync(after));
        }
    }

    [Fact]
    public async Task Two_that_add_to_the_same_days_in_opposite_order_do_not_wait_for_each_other()
    {
        TestDatabase server = await TestDatabase.PostgresAsync();
        using Transactions database = Contexts.Open(server);
        await new Migrator(database).MigrateAsync(Cancellation);
        UsageEntry[] Entries() => [Entry("a", Monday, Key), Entry("b", Monday, Key), Entry("c", Monday, Key)];
        Task<bool> WriteAsync(IEnumerable<UsageEntry> entries) => database.WriteAsync(context =>
        {
            foreach (UsageEntry entry in entries)
            {
                context.Insert(entry);
            }

            return Task.FromResult(true);
        }, Cancellation);
        await WriteAsync(Entries());

        // A third has the row in the middle until both wait: in any order but one, each of them has another row by then.
        await using NpgsqlConnection third = await OpenAsync(server), watcher = await OpenAsync(server);
        await using NpgsqlTransaction middle = await third.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(third, "SELECT FROM usage_days WHERE tenant = 'b' FOR UPDATE");
        Task<bool> one = WriteAsync(Entries()), two = WriteAsync(Entries().Reverse());
        await Eventually.TrueAsync(async () => await ExecuteAsync(watcher, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") is 2L);
        await middle.CommitAsync(Cancellation);

        await Task.WhenAll(one, two);
        await using GatewayContext after = database.Read();
        Assert.All(await AddedUpAsync(after), day => Assert.Equal(3, day.Images));
    }

    /// <returns>The days, after a look that they are what the entries add up to.</returns>
    internal static async Task<UsageDay[]> AddedUpAsync(GatewayContext context)
    {
        UsageEntry[] entries = await context.Usage.AsNoTracking().ToArrayAsync(Cancellation);
        UsageDay[] days = await context.UsageDays.AsNoTracking().ToArrayAsync(Cancellation);
        IEnumerable<UsageDay> sums = entries.GroupBy(entry => (entry.Tenant, entry.Day, KeyId: entry.KeyId ?? Guid.Empty, entry.Model)).Select(group => new UsageDay(
            group.Key.Tenant, group.Key.Day, group.Key.KeyId, group.Key.Model, group.LongCount(), group.Sum(entry => (long)entry.Steps), group.Sum(entry => entry.PixelSteps), group.Sum(entry => entry.ComputeSeconds)));
        Assert.Equal(sums.ToHashSet(), days.ToHashSet());
        return days;
    }

    private static async Task<NpgsqlConnection> OpenAsync(TestDatabase server)
    {
        var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    // Half seconds add up without a remainder.
    private static UsageEntry Entry(string tenant, DateOnly day, Guid? key, string model = "first 1") =>
        new(Guid.CreateVersion7(), 0, tenant, new DateTimeOffset(day, new TimeOnly(12, 0), TimeSpan.Zero), 10, 1000, 0.5) { Day = day, KeyId = key, Model = model };
}
