using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Batches;

/// <summary>A batch with what of it is not completed; nothing is counted of one that is over.</summary>
/// <param name="Batch">As it was at the same moment.</param>
/// <param name="Refused">Lines that became no jobs.</param>
/// <param name="Open">Jobs that are not over.</param>
/// <param name="Bad">Jobs that failed or were cancelled.</param>
internal sealed record CountedBatch(Batch Batch, int Refused, int Open, int Bad)
{
    // Of tens of thousands of lines most are completed: they are what is left of those that were taken.
    public BatchCounts Counts => Batch.IsOver ? new BatchCounts(Batch.Total, Batch.Succeeded, Batch.Failed)
        : new BatchCounts(Batch.Total, Math.Max(0, Batch.Taken - Refused - Open - Bad), Refused + Bad);

    public BatchView View => BatchView.Of(Batch, Counts);

    /// <summary>In one statement, and so as all of it was at one moment: a line that was taken in between would be missing on one side.</summary>
    public static Task<List<CountedBatch>> ReadAsync(GatewayContext context, IQueryable<Batch> batches, CancellationToken cancellation) => batches.AsNoTracking().Select(batch => new CountedBatch(
        batch,
        batch.State >= BatchState.Failed ? 0 : context.BatchRefusals.Count(refusal => refusal.BatchId == batch.Id),
        batch.State >= BatchState.Failed ? 0 : context.Jobs.Count(job => job.BatchId == batch.Id && job.State < JobState.Completed),
        batch.State >= BatchState.Failed ? 0 : context.Jobs.Count(job => job.BatchId == batch.Id && job.State > JobState.Completed))).ToListAsync(cancellation);
}
