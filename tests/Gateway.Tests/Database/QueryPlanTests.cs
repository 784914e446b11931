using System.Data.Common;
using Limner.Contracts.Jobs;
using Limner.Gateway.Batches;
using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Webhooks;
using Limner.Gateway.Usage;
using Limner.Gateway.Views;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.Gateway.Webhooks.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
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
    public async Task Jobs_of_a_batch_and_of_the_rarer_priority_are_listed_without_reading_the_others()
    {
        var recorder = new Recorder();
        using Transactions database = await NewAsync(recorder);
        await using GatewayContext context = database.Read();
        Guid night = Guid.CreateVersion7();
        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO jobs (id, tenant, priority, state, prompt, negative_prompt, count, seed, width, height, metadata, created, deadline, work, pending, candidates, events, attempts, batch_id, batch_line)
            SELECT lpad(to_hex(i), 32, '0')::uuid, 't', CASE WHEN i <= {{Waiting / 10}} THEN 1 ELSE 0 END, 2, 'a red star', '', 1, i, 64, 64, 'null', now(), now() + interval '1 day', 1, 0, '[]', 1, 0,
                CASE WHEN i <= {{Waiting / 10}} THEN {0} END, CASE WHEN i <= {{Waiting / 10}} THEN i END FROM generate_series(1, {{Waiting}}) AS i;
            ANALYZE jobs;
            """, [night], TestContext.Current.CancellationToken);

        foreach ((string name, string value, string index) in new[] { ("priority", "batch", "jobs_of_tenant_at_leisure"), ("batch_id", BatchId.Format(night), "jobs_of_batch_by_id") })
        {
            recorder.Commands.Clear();
            JobFilter filter = JobFilter.Parse(new QueryCollection(new Dictionary<string, StringValues> { [name] = value }));
            Assert.Equal(21, (await filter.Apply(context.Jobs.Where(job => job.Tenant == "t")).OrderByDescending(job => job.Id).Take(21).ToListAsync(TestContext.Current.CancellationToken)).Count);
            (string sql, DbParameter[] parameters) = recorder.Commands[0];
            Assert.Contains($"Index Scan Backward using {index}", await ExplainAsync(context, sql, parameters), StringComparison.Ordinal);
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
                CASE WHEN i % 400 = 0 THEN 0 ELSE 1 END, now(), now(), CASE WHEN i % 400 = 0 THEN now() + i * interval '1 second' END, false, 1, 0, '[]',
                CASE WHEN i % 400 = 0 THEN NULL ELSE now() - i * interval '1 hour' END FROM generate_series(1, {{Waiting}}) AS i;
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

        // A page on which something waits also asks for closed lanes.
        Assert.Equal(14, recorder.Commands.Count(command => !command.Sql.Contains("FROM webhook_lanes AS", StringComparison.Ordinal)));
        foreach ((string sql, DbParameter[] parameters) in recorder.Commands.ToArray())
        {
            string plan = await ExplainAsync(context, sql, parameters);
            Assert.DoesNotContain("Seq Scan on webhook_deliveries", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan on webhook_endpoints", plan, StringComparison.Ordinal);
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
            INSERT INTO webhook_lanes (lane, closed_until) SELECT 'busy', now() + interval '1 hour' WHERE {0};
            ANALYZE webhook_endpoints; ANALYZE webhook_deliveries;
            """, [isClosed], TestContext.Current.CancellationToken);
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
    public async Task What_was_sent_to_one_webhook_is_listed_without_what_was_sent_to_another()
    {
        var recorder = new Recorder();
        using Transactions database = await NewAsync(recorder);
        await using GatewayContext context = database.Read();
        Guid old = Guid.NewGuid(), young = Guid.NewGuid();
        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO webhook_endpoints (id, tenant, url, events, enabled, revision, secrets, created, updated)
            SELECT id, 't', 'https://example.org/', 7, true, 0, '[]', now(), now() FROM unnest(ARRAY[{0}, {1}]) AS id;
            INSERT INTO webhook_deliveries (id, tenant, event_id, type, payload, endpoint_id, lane, state, created, since, is_sending, attempts, failures, log, finished)
            SELECT lpad(to_hex(i), 32, '0')::uuid, 't', gen_random_uuid(), 'job.completed', '[]', CASE WHEN i <= {{Waiting / 100}} THEN {0} ELSE {1} END, 'lane', 1, now(), now(), false, 1, 0, '[]', now()
            FROM generate_series(1, {{Waiting}}) AS i;
            ANALYZE webhook_deliveries;
            """, [old, young], TestContext.Current.CancellationToken);

        recorder.Commands.Clear();
        var directory = new DeliveryDirectory(database, new DeliverySignal(), TimeProvider.System);
        Assert.True((await directory.ListAsync("t", new DeliveryFilter(old, null, null, null, null, 20), TestContext.Current.CancellationToken)).HasMore);

        (string sql, DbParameter[] parameters) = recorder.Commands[0];
        Assert.Contains("Index Scan Backward using webhook_deliveries_of_endpoint", await ExplainAsync(context, sql, parameters), StringComparison.Ordinal);
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

    [Fact]
    public async Task How_far_batches_are_is_one_statement_that_reads_no_job_that_was_completed()
    {
        var recorder = new Recorder();
        using Transactions database = await NewAsync(recorder);
        await using GatewayContext context = database.Read();
        Batch[] batches = [.. new[] { BatchState.InProgress, BatchState.InProgress, BatchState.Completed }.Select((state, i) => new Batch
        {
            Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddDays(i)), Tenant = "t", KeyId = Guid.NewGuid(), InputFileId = Guid.NewGuid(), Endpoint = "/v1/jobs", Home = "", State = state, Total = Waiting, Taken = Waiting / 2, Succeeded = i, Created = DateTimeOffset.UnixEpoch,
            Expires = DateTimeOffset.UnixEpoch, Due = DateTimeOffset.UnixEpoch,
        })];
        context.AddRange(batches);
        context.AddRange(Enumerable.Range(1, 7).Select(line => new BatchRefusal(batches[0].Id, line, new Failure("code", "Message."))));
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO jobs (id, tenant, priority, state, prompt, negative_prompt, count, seed, width, height, metadata, created, deadline, work, pending, candidates, events, attempts, batch_id, batch_line)
            SELECT gen_random_uuid(), 't', 1, CASE WHEN i % 100 = 0 THEN i / 100 % 5 ELSE 2 END, 'a red star', '', 1, i, 64, 64, 'null', now(), now() + interval '1 day', 1, 0, '[]', 1, 0,
                CASE i % 3 WHEN 0 THEN {0} WHEN 1 THEN {1} ELSE {2} END, i FROM generate_series(1, {{Waiting}}) AS i;
            """, batches.Select(batch => (object)batch.Id), TestContext.Current.CancellationToken);
        await context.Database.ExecuteSqlRawAsync("VACUUM ANALYZE jobs", TestContext.Current.CancellationToken);

        recorder.Commands.Clear();
        List<CountedBatch> counted = await CountedBatch.ReadAsync(context, context.Batches.Where(batch => batch.Tenant == "t").OrderBy(batch => batch.Id).Take(20), TestContext.Current.CancellationToken);

        (string sql, DbParameter[] parameters) = Assert.Single(recorder.Commands);
        foreach (CountedBatch batch in counted.Take(2))
        {
            int[] states = await context.Jobs.Where(job => job.BatchId == batch.Batch.Id).Select(job => (int)job.State).ToArrayAsync(TestContext.Current.CancellationToken);
            Assert.Equal((states.Count(state => state < 2), states.Count(state => state > 2)), (batch.Open, batch.Bad));
            Assert.InRange(batch.Bad, 1, Waiting / 100);
        }

        Assert.Equal(new BatchCounts(Waiting, (Waiting / 2) - 7 - counted[0].Open - counted[0].Bad, 7 + counted[0].Bad), counted[0].Counts);
        Assert.Equal(new BatchCounts(Waiting, 2, 0), counted[2].Counts);
        string plan = await ExplainAsync(context, sql, parameters);
        Assert.DoesNotContain("on jobs", plan.Replace("jobs_of_batch_by_state on jobs", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.All(RowsRemoved(plan), removed => Assert.InRange(removed, 0, 10));
    }

    [Fact]
    public async Task Files_are_summed_up_and_looked_for_without_reading_those_of_others()
    {
        var recorder = new Recorder();
        using Transactions database = await NewAsync(recorder);
        await using GatewayContext context = database.Read();
        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO files (id, tenant, name, purpose, bytes, created, expires)
            SELECT gen_random_uuid(), 'tenant' || (i % 100), 'a', 0, i, now(), now() + CASE WHEN i % 100 = 0 THEN -1 ELSE 1 END * interval '1 day' FROM generate_series(1, {{Waiting}}) AS i;
            INSERT INTO batches (id, tenant, key_id, input_file_id, endpoint, home, state, metadata, created, expires, entered, total, taken, "offset", lines, errors, succeeded, failed, due)
            SELECT gen_random_uuid(), tenant, id, id, '', '', bytes % 8, '[]', now(), now(), '[]', 0, 0, 0, 0, '[]', 0, 0, now() FROM files;
            """, TestContext.Current.CancellationToken);
        await context.Database.ExecuteSqlRawAsync("VACUUM ANALYZE files", TestContext.Current.CancellationToken);
        await context.Database.ExecuteSqlRawAsync("VACUUM ANALYZE batches", TestContext.Current.CancellationToken);

        recorder.Commands.Clear();
        Assert.Equal(Waiting / 100, (await FileUsage.ReadAsync(context, "tenant3", TestContext.Current.CancellationToken)).Files);
        Guid file = Guid.NewGuid();
        Assert.False(await context.Batches.AnyAsync(batch => batch.InputFileId == file && batch.State < BatchState.Failed, TestContext.Current.CancellationToken));

        (string Sql, DbParameter[] Parameters)[] asked = [.. recorder.Commands];
        Assert.Contains("Index Only Scan using files_bytes", await ExplainAsync(context, asked[0].Sql, asked[0].Parameters), StringComparison.Ordinal);
        Assert.Contains("Scan using batches_of_file", await ExplainAsync(context, asked[1].Sql, asked[1].Parameters), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_reads_the_days_it_is_of_and_no_single_entry()
    {
        var recorder = new Recorder();
        using Transactions database = await NewAsync(recorder);
        await using GatewayContext context = database.Read();
        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO usage_days (tenant, day, key_id, model, images, steps, pixel_steps, compute_seconds)
            SELECT 'tenant' || (i % 7), date '2030-01-01' + i / 70, md5((i % 70)::text)::uuid, 'first', 1, 1, 1, 1 FROM generate_series(1, {{Waiting}}) AS i;
            ANALYZE usage_days;
            """, TestContext.Current.CancellationToken);

        recorder.Commands.Clear();
        var report = new UsageReport(database, Options.Create(new Allowance { MonthlyImages = 1 }), TimeProvider.System);
        var days = new UsageFilter("tenant3", new DateOnly(2030, 1, 31), new DateOnly(2030, 2, 2), null);
        Assert.Equal(30, (await report.ReadAsync(days, TestContext.Current.CancellationToken)).Total.Images);

        Assert.DoesNotContain(recorder.Commands, command => command.Sql.Contains("FROM usage AS", StringComparison.Ordinal));
        (string sql, DbParameter[] parameters) = recorder.Commands.Single(command => command.Sql.Contains("FROM usage_days", StringComparison.Ordinal));
        string plan = await ExplainAsync(context, sql, parameters);
        Assert.Contains("PK_usage_days", plan, StringComparison.Ordinal);
        Assert.Empty(RowsRemoved(plan));
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
