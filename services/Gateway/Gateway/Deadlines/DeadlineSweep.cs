using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Deadlines;

/// <summary>Ends jobs whose deadline has passed. The stages drop such work in silence; only here does it become a failure with a reason.</summary>
internal sealed class DeadlineSweep(Transactions database, JobSignals signals, GatewayMetrics metrics, TimeProvider time)
{
    private const int MostAtOnce = 100;

    private static readonly Failure Late = new(ErrorCode.DeadlineExceeded, "The job was not done by its deadline.");

    /// <returns>How many jobs it ended.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        int ended = 0, found;
        do
        {
            List<JobTransition> late = await database.WriteAsync(context => EndAsync(context, cancellation), cancellation);
            foreach (JobTransition change in late)
            {
                signals.Raise(change.After.Id);
                metrics.Changed(change);
            }

            found = late.Count;
            ended += found;
        }
        while (found == MostAtOnce);
        return ended;
    }

    private async Task<List<JobTransition>> EndAsync(GatewayContext context, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<Job> late = await context.Jobs.Where(job => job.State < JobState.Completed && job.Deadline <= now)
            .OrderBy(job => job.Deadline).Take(MostAtOnce).LockFree().AsNoTracking().ToListAsync(cancellation);
        var changes = new List<JobTransition>();
        // In one order on every Gateway: each settles with accounts that the others settle with too.
        foreach (Job job in late.OrderBy(job => job.Tenant, StringComparer.Ordinal).ThenBy(job => job.KeyId).ThenBy(job => job.Reservation?.Month, StringComparer.Ordinal))
        {
            JobTransition change = JobMachine.Apply(job, new JobFact.GivenUp(Late), now)!;
            await context.WriteAsync(job, change, cancellation);
            changes.Add(change);
        }

        return changes;
    }
}
