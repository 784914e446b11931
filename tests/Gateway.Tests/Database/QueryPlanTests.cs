using System.Data.Common;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Webhooks;
using Limner.Gateway.Views;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.Gateway.Webhooks.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace Limner.Gateway.Tests.Database;

/// <summary>Time on a busy machine proves little; that no query of the way of a job reads the whole queue can be read off its plan.</summary>
public sealed class QueryPlanTests
{
    private const int Waiting = 20_000;

    [Fact]
    public async Task Nothing_on_the_way_of_a_job_reads_the_whole_queue()
    {
        var recorder = new Recorder();
        using Transactions database = await NewAsync(recorder);
        await using GatewayContext context = database.Read();
        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO jobs (id, tenant, priority, state, prompt, negative_prompt, count, seed, width, height, metadata, created, deadline, work, pending, candidates, events, attempts)
            SELECT gen_random_uuid(), 'tenant' || (i % 7), i % 2, 0, 'a red star', '', 1, i, 64, 64, 'null', now(), now() + interval '1 day', 1, 1, '[]', 1, 0 FROM generate_series(1, {{Waiting}}) AS i;
            ANALYZE jobs;
            """, TestContext.Current.CancellationToken);

        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO jobs (id, tenant, priority, state, prompt, negative_prompt, count, seed, width, height, metadata, created, deadline, work, pending, candidates, events, attempts)
            SELECT gen_random_uuid(), 'past', 0, CASE WHEN i = 1 THEN 3 ELSE 2 END, 'a red star', '', 1, i, 64, 64, 'null', now(), now() + interval '1 day', 1, 0, '[]', 1, 0 FROM generate_series(1, {{Waiting}}) AS i;
            ANALYZE jobs;
            """, TestContext.Current.CancellationToken);

        recorder.Commands.Clear();
        JobFilter failed = JobFilter.Parse(new QueryCollection(new Dictionary<string, StringValues> { ["status"] = "failed" }));
        Assert.Single(await failed.Apply(context.Jobs.Where(job => job.Tenant == "past")).OrderByDescending(job => job.Id).Take(21).ToListAsync(TestContext.Current.CancellationToken));
        IReadOnlyList<QueuedJob> heads = await WaitingJobs.ReadHeadsAsync(context, JobPriority.Batch, Ring.Empty, 64, TestContext.Current.CancellationToken);
        Guid[] ids = [.. heads.Take(64).Select(job => job.Id)];
        _ = await WaitingJobs.LookAsync(context, TestContext.Current.CancellationToken);
        _ = await context.Jobs.Where(job => ids.Contains(job.Id) && job.State == Gateway.Jobs.JobState.Queued).ToListAsync(TestContext.Current.CancellationToken);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        _ = await context.Jobs.Where(job => job.State < Gateway.Jobs.JobState.Completed && job.Deadline <= now).OrderBy(job => job.Deadline).Take(100).ToListAsync(TestContext.Current.CancellationToken);
        _ = await context.Jobs.Where(job => job.State == Gateway.Jobs.JobState.Running && job.Heard < now && job.Deadline > now).OrderBy(job => job.Heard).Take(64).ToListAsync(TestContext.Current.CancellationToken);
        _ = await context.Jobs.Where(job => job.Tenant == "tenant3").OrderByDescending(job => job.Id).Take(21).ToListAsync(TestContext.Current.CancellationToken);

        Guid cursor = Guid.CreateVersion7();
        _ = await context.Jobs.Where(job => job.Tenant == "tenant3" && job.Id.CompareTo(cursor) < 0).OrderByDescending(job => job.Id).Take(21).ToListAsync(TestContext.Current.CancellationToken);

        // Limits above what there is: a count that stops early may read the table as it likes.
        var key = Guid.NewGuid();
        _ = await context.Jobs.Where(job => job.Tenant == "tenant3" && job.State < Gateway.Jobs.JobState.Completed && job.Priority == JobPriority.Interactive).Take(5000).CountAsync(TestContext.Current.CancellationToken);
        _ = await context.Jobs.Where(job => job.Tenant == "tenant3" && job.State < Gateway.Jobs.JobState.Completed && job.Priority == JobPriority.Interactive)
            .Where(job => job.KeyId == key).Take(5000).CountAsync(TestContext.Current.CancellationToken);

        Assert.Equal(7, heads.GroupBy(job => job.Tenant).Count());
        Assert.Equal(11, recorder.Commands.Count);
        foreach ((string sql, DbParameter[] parameters) in recorder.Commands.ToArray())
        {
            Assert.DoesNotContain("CASE", sql, StringComparison.Ordinal);
            string plan = await ExplainAsync(context, sql, parameters);
            Assert.DoesNotContain("Seq Scan on jobs", plan, StringComparison.Ordinal);
            Assert.True(RowsRemoved(plan).All(removed => removed <= Waiting / 10), $"{sql}\n{plan}");
        }
    }

    [Fact]
    public async Task How_much_room_and_how_many_tenants_there_are_makes_no_new_statement()
    {
        var recorder = new Recorder();
        using Transactions database = await NewAsync(recorder);
        await using GatewayContext context = database.Read();
        context.AddRange(MigrationTests.NewJob("a"), MigrationTests.NewJob("b"));
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        recorder.Commands.Clear();

        _ = await WaitingJobs.ReadHeadsAsync(context, JobPriority.Interactive, Ring.Empty, 64, TestContext.Current.CancellationToken);
        context.AddRange(MigrationTests.NewJob("c"));
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, (await WaitingJobs.ReadHeadsAsync(context, JobPriority.Interactive, Ring.Empty, 3, TestContext.Current.CancellationToken)).Count);

        string[] heads = [.. recorder.Commands.Select(command => command.Sql).Where(sql => sql.Contains("LATERAL", StringComparison.Ordinal))];
        Assert.Equal(2, heads.Length);
        Assert.Single(heads.Distinct());
    }

    [Fact]
    public async Task Nothing_on_the_way_of_a_webhook_reads_all_that_were_ever_sent()
    {
        var recorder = new Recorder();
        using Transactions database = await NewAsync(recorder);
        await using GatewayContext context = database.Read();
        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO webhook_endpoints (id, tenant, url, events, enabled, revision, secrets, created, updated)
            SELECT gen_random_uuid(), 'tenant' || i, 'https://example.org/', 7, true, 0, '[]', now(), now() FROM generate_series(1, {{Waiting}}) AS i;
            INSERT INTO webhook_deliveries (id, tenant, event_id, type, payload, endpoint_id, lane, state, created, since, due, is_sending, attempts, failures, log, finished)
            SELECT gen_random_uuid(), 'tenant' || (i % 7), gen_random_uuid(), 'job.completed', '[]', (SELECT id FROM webhook_endpoints LIMIT 1), 'lane' || (i % 50),
                CASE WHEN i % 100 = 0 THEN 0 ELSE 1 END, now(), now(), CASE WHEN i % 100 = 0 THEN now() + i * interval '1 second' END, false, 1, 0, '[]',
                CASE WHEN i % 100 = 0 THEN NULL ELSE now() - i * interval '1 hour' END FROM generate_series(1, {{Waiting}}) AS i;
            ANALYZE webhook_endpoints; ANALYZE webhook_deliveries;
            """, TestContext.Current.CancellationToken);

        recorder.Commands.Clear();
        (DeliveryClaims claims, _) = Backlog.Claims(database, TimeProvider.System);
        _ = await claims.TakeAsync(TestContext.Current.CancellationToken);
        await EventOutbox.WriteEndAsync(context, MigrationTests.NewJob("tenant3") with { State = Gateway.Jobs.JobState.Completed, Finished = TimeProvider.System.GetUtcNow() }, TestContext.Current.CancellationToken);
        var directory = new DeliveryDirectory(database, new DeliverySignal(), TimeProvider.System);
        _ = await directory.ListAsync("tenant3", new DeliveryFilter(null, null, null, null, null, 20), TestContext.Current.CancellationToken);
        _ = await directory.ListAsync("tenant3", new DeliveryFilter(null, null, DeliveryState.Failed, null, null, 20), TestContext.Current.CancellationToken);
        WebhookEndpoint busy = await context.WebhookEndpoints.SingleAsync(endpoint => context.WebhookDeliveries.Any(delivery => delivery.EndpointId == endpoint.Id), TestContext.Current.CancellationToken);
        recorder.Commands.RemoveAt(recorder.Commands.Count - 1);
        await DeliveryLedger.MoveAsync(database, busy, TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
        await DeliveryLedger.GiveUpAsync(database, busy.Id, TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);

        Assert.Equal(62, recorder.Commands.Count); // all but ten of them move what waits in one of fifty lanes
        foreach ((string sql, DbParameter[] parameters) in recorder.Commands.ToArray())
        {
            string plan = await ExplainAsync(context, sql, parameters);
            Assert.DoesNotContain("Seq Scan on webhook", plan, StringComparison.Ordinal);
            Assert.All(RowsRemoved(plan), removed => Assert.InRange(removed, 0, Waiting / 10));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task However_much_is_due_in_a_lane_without_room_a_look_reads_none_of_it(bool isClosed)
    {
        var recorder = new Recorder();
        using Transactions database = await NewAsync(recorder);
        await using GatewayContext context = database.Read();
        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO webhook_endpoints (id, tenant, url, events, enabled, revision, secrets, created, updated)
            VALUES (gen_random_uuid(), 't', 'https://example.org/', 7, true, 0, '[]', now(), now());
            INSERT INTO webhook_deliveries (id, tenant, event_id, type, payload, endpoint_id, lane, state, created, since, due, is_sending, attempts, failures, log)
            SELECT gen_random_uuid(), 't', gen_random_uuid(), 'job.completed', '[]', (SELECT id FROM webhook_endpoints), CASE WHEN i = 1 THEN 'other' ELSE 'busy' END, 0,
                now(), now(), now() - i * interval '1 second', false, 0, 0, '[]' FROM generate_series(1, {{Waiting}}) AS i;
            INSERT INTO webhook_lanes (lane, closed_until) SELECT 'busy', now() + interval '1 hour' WHERE {{isClosed}};
            ANALYZE webhook_endpoints; ANALYZE webhook_deliveries;
            """, TestContext.Current.CancellationToken);
        (DeliveryClaims claims, _) = Backlog.Claims(database, TimeProvider.System);
        Assert.Equal(isClosed ? 1 : 5, (await claims.TakeAsync(TestContext.Current.CancellationToken)).Count);

        recorder.Commands.Clear();
        Assert.Empty(await claims.TakeAsync(TestContext.Current.CancellationToken));

        Assert.Single(recorder.Commands);
        foreach ((string sql, DbParameter[] parameters) in recorder.Commands.ToArray())
        {
            string plan = await ExplainAsync(context, sql, parameters);
            Assert.DoesNotContain("Seq Scan on webhook_deliveries", plan, StringComparison.Ordinal);
            Assert.All(RowsRemoved(plan), removed => Assert.InRange(removed, 0, 10));
            Assert.All(RowsRead(plan), read => Assert.InRange(read, 0, 10));
        }
    }

    [Fact]
    public async Task The_first_job_of_a_key_with_a_quota_reads_nothing_that_other_keys_used()
    {
        var recorder = new Recorder();
        using Transactions database = await NewAsync(recorder);
        await using GatewayContext context = database.Read();
        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO usage (job_id, candidate, tenant, at, day, steps, pixel_steps, compute_seconds, key_id, model)
            SELECT gen_random_uuid(), 0, 'busy', now(), now()::date, 1, 1, 1, gen_random_uuid(), '' FROM generate_series(1, {{Waiting}}) AS i;
            ANALYZE usage;
            """, TestContext.Current.CancellationToken);

        recorder.Commands.Clear();
        var caller = new Caller("busy", Guid.NewGuid(), Scopes.Generate, new Allowance { MonthlyImages = 1 });
        QuotaRoom room = await Quota.ReadRoomAsync(context, caller, Allowance.Unlimited, TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);

        Assert.Null(room.RefusalOf(1, TimeProvider.System.GetUtcNow()));
        (string sql, DbParameter[] parameters) = recorder.Commands[^1];
        string plan = await ExplainAsync(context, sql, parameters);
        Assert.Contains("usage_of_key", plan, StringComparison.Ordinal);
        Assert.All(RowsRemoved(plan), removed => Assert.InRange(removed, 0, Waiting / 10));
    }

    private static async Task<Transactions> NewAsync(Recorder recorder)
    {
        Transactions database = Contexts.Open(await TestDatabase.PostgresAsync(), recorder);
        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);
        return database;
    }

    private static async Task<string> ExplainAsync(GatewayContext context, string sql, DbParameter[] parameters)
    {
        await context.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using DbCommand command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"EXPLAIN (ANALYZE, TIMING OFF) {sql}";
        command.Parameters.AddRange(parameters.Select(parameter => ((ICloneable)parameter).Clone()).ToArray());
        await using DbDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }

    private static IEnumerable<int> RowsRemoved(string plan) =>
        plan.Split('\n').Where(line => line.Contains("Rows Removed", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture));

    private static IEnumerable<double> RowsRead(string plan) =>
        System.Text.RegularExpressions.Regex.Matches(plan, @"actual rows=([\d.]+)").Select(match => double.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));

    private sealed class Recorder : DbCommandInterceptor
    {
        public List<(string Sql, DbParameter[] Parameters)> Commands { get; } = [];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Commands.Add((command.CommandText, [.. command.Parameters.Cast<DbParameter>()]));
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Commands.Add((command.CommandText, [.. command.Parameters.Cast<DbParameter>()]));
            return ValueTask.FromResult(result);
        }
    }
}
