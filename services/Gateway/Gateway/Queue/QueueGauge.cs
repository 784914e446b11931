using System.Collections.Concurrent;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Queue;

/// <summary>
/// Counts what waits. Every few seconds, or the more rarely the longer it takes, not for every request: counting 100,000 rows takes longer than accepting one. In between it adds what this
/// process accepts, so that a limit is overrun by no more than other Gateways accept in that time.
/// </summary>
internal sealed class QueueGauge(Transactions database, GatewayMetrics metrics, IOptions<GatewayOptions> options, TimeProvider time)
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);

    private volatile QueueSnapshot _snapshot = QueueSnapshot.Empty;
    private volatile ConcurrentDictionary<string, int> _accepted = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, int> _meanwhile = new(StringComparer.Ordinal);

    public QueueSnapshot Snapshot => _snapshot;

    public async Task MeasureAsync(CancellationToken cancellation)
    {
        // What is accepted during the count may be in it or not: it is counted on top until the next one, rather twice than not at all.
        var meanwhile = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        _meanwhile = meanwhile;
        QueueSnapshot measured = _snapshot = await ReadAsync(cancellation);
        _accepted = meanwhile;
        metrics.Queued(measured, time.GetUtcNow());
    }

    public void Count(Job accepted)
    {
        metrics.Accepted(accepted);
        _meanwhile.AddOrUpdate(accepted.Tenant, 1, (_, jobs) => jobs + 1);
        if (_accepted is var counted && counted != _meanwhile)
        {
            counted.AddOrUpdate(accepted.Tenant, 1, (_, jobs) => jobs + 1);
        }
    }

    /// <summary>How many more jobs of a tenant may wait.</summary>
    public int RoomOf(string tenant)
    {
        QueueSnapshot queue = _snapshot;
        ConcurrentDictionary<string, int> accepted = _accepted;
        return Math.Min(
            options.Value.MaxQueuedPerTenant - queue.JobsOf(tenant) - accepted.GetValueOrDefault(tenant),
            options.Value.MaxQueued - queue.Jobs - accepted.Sum(pair => pair.Value));
    }

    /// <exception cref="ApiException">The queue, or this tenant's part of it, is full: 429 with the time until there should be room.</exception>
    public void RefuseIfFull(string tenant)
    {
        QueueSnapshot queue = _snapshot;
        ConcurrentDictionary<string, int> accepted = _accepted;
        int own = queue.JobsOf(tenant) + accepted.GetValueOrDefault(tenant);
        int all = queue.Jobs + accepted.Sum(pair => pair.Value);
        if (own >= options.Value.MaxQueuedPerTenant)
        {
            QueueShare[] shares = [.. queue.Shares.Where(share => share.Tenant == tenant)];
            throw Full($"{own} of your jobs wait, and {options.Value.MaxQueuedPerTenant} may.", QueueEstimate.Drain(own - options.Value.MaxQueuedPerTenant + 1, queue, shares));
        }

        if (all >= options.Value.MaxQueued)
        {
            throw Full("The queue is full.", QueueEstimate.Drain(all - options.Value.MaxQueued + 1, queue, [.. queue.Shares]));
        }
    }

    private async Task<QueueSnapshot> ReadAsync(CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        List<QueueShare> shares = await context.Jobs.Where(job => job.State == JobState.Queued).GroupBy(job => new { job.Priority, job.Tenant })
            .Select(share => new QueueShare(share.Key.Priority, share.Key.Tenant, share.Count(), share.Sum(job => job.Work)) { Oldest = share.Min(job => job.Created) }).ToListAsync(cancellation);
        long running = await context.Jobs.Where(job => job.State == JobState.Running).SumAsync(job => job.Work / job.Count * job.Pending, cancellation);
        DateTimeOffset now = time.GetUtcNow(), start = now - RateWindow;
        var done = await context.Jobs.Where(job => job.Finished > start && job.State == JobState.Completed).GroupBy(job => 1)
            .Select(all => new { Work = all.Sum(job => job.Work), Started = all.Min(job => job.Started) }).SingleOrDefaultAsync(cancellation);
        // Since work on them began: from the first one's end, a single job of a minute would have been done in no time.
        double? rate = done?.Started is { } began ? done.Work / Math.Max(1, (now - (began > start ? began : start)).TotalSeconds) : null;
        return new QueueSnapshot(shares, running, rate);
    }

    private static ApiException Full(string message, TimeSpan wait) =>
        new(StatusCodes.Status429TooManyRequests, ErrorCode.QueueFull, $"{message} Try again in {Math.Ceiling(wait.TotalSeconds)} s.", retryAfter: wait);
}
