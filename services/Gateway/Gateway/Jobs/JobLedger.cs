using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Jobs;

/// <summary>Writes down what the Gateway learns of a job: under the row's lock, so that facts that come at once are applied one after the other.</summary>
internal sealed class JobLedger(Transactions database, JobSignals signals, DispatchSignal dispatch, TimeProvider time)
{
    /// <returns>What the fact changed; null if it changed nothing or there is no such job.</returns>
    public async Task<JobTransition?> RecordAsync(Guid id, JobFact fact, CancellationToken cancellation)
    {
        JobTransition? change = await database.WriteAsync(async context =>
        {
            Job? job = await context.Jobs.Where(job => job.Id == id).Lock().SingleOrDefaultAsync(cancellation);
            JobTransition? change = job is null ? null : JobMachine.Apply(job, fact, time.GetUtcNow());
            if (change is not null)
            {
                await context.WriteAsync(job!, change, cancellation);
            }

            return change;
        }, cancellation);
        if (change is not null)
        {
            signals.Raise(id);
            // Every fact but a cancelled queued job makes room in the broker; to look once too often costs nothing.
            dispatch.Raise();
        }

        return change;
    }
}
