using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Batches;

/// <summary>How far a batch is: counted from its jobs while it runs, and from its files once it is over.</summary>
internal sealed record BatchCounts(int Total, int Completed, int Failed)
{
    public static async Task<BatchCounts> ReadAsync(GatewayContext context, Batch batch, CancellationToken cancellation)
    {
        if (batch.IsOver || batch.Taken == 0)
        {
            return new BatchCounts(batch.Total, batch.Succeeded, batch.Failed);
        }

        var jobs = await context.Jobs.Where(job => job.BatchId == batch.Id).GroupBy(job => job.State).Select(group => new { State = group.Key, Count = group.Count() }).ToListAsync(cancellation);
        int refused = await context.BatchRefusals.CountAsync(refusal => refusal.BatchId == batch.Id, cancellation);
        return new BatchCounts(
            batch.Total, jobs.Where(group => group.State == JobState.Completed).Sum(group => group.Count), refused + jobs.Where(group => group.State > JobState.Completed).Sum(group => group.Count));
    }
}
