using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Telemetry;
using Limner.Gateway.Webhooks.Deliveries;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Jobs;

/// <summary>
/// Writes down what the Gateway learns of jobs: under the rows' locks, so that facts of one job are applied one after the other, and facts that come at once in one
/// transaction.
/// </summary>
internal sealed class JobLedger(Transactions database, JobSignals signals, DispatchSignal dispatch, DeliverySignal deliveries, GatewayMetrics metrics, TimeProvider time)
{
    private readonly GroupCommit<Report, JobTransition?> _reports = new(reports => WriteAsync(database, reports, deliveries, time), time);

    /// <returns>What the fact changed; null if it changed nothing or there is no such job.</returns>
    public async Task<JobTransition?> RecordAsync(Guid id, JobFact fact, CancellationToken cancellation)
    {
        JobTransition? change = await _reports.DoAsync(new Report(id, fact), cancellation);
        if (change is not null)
        {
            signals.Raise(id);
            metrics.Changed(change);
            // Every fact but a cancelled queued job makes room in the broker; to look once too often costs nothing.
            dispatch.Raise();
        }

        return change;
    }

    private static async Task<IReadOnlyList<JobTransition?>> WriteAsync(Transactions database, IReadOnlyList<Report> reports, DeliverySignal deliveries, TimeProvider time)
    {
        (JobTransition?[] changes, bool tells) = await database.WriteAsync(async context =>
        {
            // Rows in the order of their ids, and quotas in that of their owners: two Gateways never hold what the other waits for.
            Guid[] ids = [.. reports.Select(report => report.Job).Distinct()];
            var found = await context.Jobs.Where(job => ids.Contains(job.Id)).OrderBy(job => job.Id).Lock().AsNoTracking()
                .Select(job => new { Job = job, Tells = context.WebhookEndpoints.Any(endpoint => endpoint.Tenant == job.Tenant && endpoint.Enabled) }).ToListAsync();
            var jobs = found.ToDictionary(row => row.Job.Id, row => row.Job);
            foreach (string tenant in found.Where(row => !row.Tells).Select(row => row.Job.Tenant).Distinct())
            {
                context.FoundEndpoints[tenant] = [];
            }

            var changes = new JobTransition?[reports.Count];
            DateTimeOffset now = time.GetUtcNow();
            foreach ((int i, Guid id) in Enumerable.Range(0, reports.Count).Where(i => jobs.ContainsKey(reports[i].Job)).Select(i => (i, reports[i].Job))
                .OrderBy(report => jobs[report.Job].Tenant, StringComparer.Ordinal).ThenBy(report => jobs[report.Job].KeyId).ThenBy(report => jobs[report.Job].Reservation?.Month, StringComparer.Ordinal))
            {
                changes[i] = JobMachine.Apply(jobs[id], reports[i].Fact, now);
                if (changes[i] is { } change)
                {
                    await context.WriteAsync(jobs[id], change, CancellationToken.None);
                    jobs[id] = change.After;
                }
            }

            return (changes, context.ChangeTracker.Entries<WebhookDelivery>().Any());
        }, CancellationToken.None);
        if (tells)
        {
            deliveries.Raise();
        }

        return changes;
    }

    private sealed record Report(Guid Job, JobFact Fact);
}
