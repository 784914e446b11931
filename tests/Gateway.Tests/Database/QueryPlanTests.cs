using System.Data.Common;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Tests.Application;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Limner.Gateway.Tests.Database;

/// <summary>Time on a busy machine proves little; that no query of the way of a job reads the whole queue can be read off its plan.</summary>
public sealed class QueryPlanTests
{
    private const int Waiting = 20_000;

    [Fact]
    public async Task Nothing_on_the_way_of_a_job_reads_the_whole_queue()
    {
        var recorder = new Recorder();
        using Transactions database = Contexts.Open(await TestDatabase.PostgresAsync(), recorder);
        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);
        await using GatewayContext context = database.Read();
        await context.Database.ExecuteSqlRawAsync(
            $$"""
            INSERT INTO jobs (id, tenant, priority, state, prompt, negative_prompt, count, seed, width, height, metadata, created, deadline, work, pending, candidates, events, attempts)
            SELECT gen_random_uuid(), 'tenant' || (i % 7), i % 2, 0, 'a red star', '', 1, i, 64, 64, 'null', now(), now() + interval '1 day', 1, 1, '[]', 1, 0 FROM generate_series(1, {{Waiting}}) AS i;
            ANALYZE jobs;
            """, TestContext.Current.CancellationToken);

        recorder.Commands.Clear();
        IReadOnlyList<QueuedJob> heads = await WaitingJobs.ReadHeadsAsync(context, JobPriority.Batch, Ring.Empty, 64, TestContext.Current.CancellationToken);
        Guid[] ids = [.. heads.Take(64).Select(job => job.Id)];
        _ = await WaitingJobs.CountRunningAsync(context, TestContext.Current.CancellationToken);
        _ = await context.Jobs.Where(job => ids.Contains(job.Id) && job.State == Gateway.Jobs.JobState.Queued).ToListAsync(TestContext.Current.CancellationToken);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        _ = await context.Jobs.Where(job => job.State < Gateway.Jobs.JobState.Completed && job.Deadline <= now).OrderBy(job => job.Deadline).Take(100).ToListAsync(TestContext.Current.CancellationToken);
        _ = await context.Jobs.Where(job => job.State == Gateway.Jobs.JobState.Running && job.Heard < now && job.Deadline > now).OrderBy(job => job.Heard).Take(64).ToListAsync(TestContext.Current.CancellationToken);
        _ = await context.Jobs.Where(job => job.Tenant == "tenant3").OrderByDescending(job => job.Id).Take(21).ToListAsync(TestContext.Current.CancellationToken);

        Guid cursor = Guid.CreateVersion7();
        _ = await context.Jobs.Where(job => job.Tenant == "tenant3" && job.Id.CompareTo(cursor) < 0).OrderByDescending(job => job.Id).Take(21).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(7, heads.GroupBy(job => job.Tenant).Count());
        Assert.Equal(8, recorder.Commands.Count);
        foreach ((string sql, DbParameter[] parameters) in recorder.Commands.ToArray())
        {
            Assert.DoesNotContain("CASE", sql, StringComparison.Ordinal);
            string plan = await ExplainAsync(context, sql, parameters);
            Assert.DoesNotContain("Seq Scan on jobs", plan, StringComparison.Ordinal);
            Assert.All(RowsRemoved(plan), removed => Assert.InRange(removed, 0, Waiting / 10));
        }
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

    private sealed class Recorder : DbCommandInterceptor
    {
        public List<(string Sql, DbParameter[] Parameters)> Commands { get; } = [];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Commands.Add((command.CommandText, [.. command.Parameters.Cast<DbParameter>()]));
            return ValueTask.FromResult(result);
        }
    }
}
