using Limner.Gateway.Batches;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.ObjectStorage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Retention;

/// <summary>Forgets jobs that ended long ago: first their images, then the rows. Killed in between, the next sweep finds the rows and goes on.</summary>
internal sealed class RetentionSweep(Transactions database, IObjectStore store, IOptions<RetentionOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 200;

    /// <summary>One after the other, a store over a network removes some fifty a second, and a busy installation draws more.</summary>
    private const int DeletesAtOnce = 16;

    /// <returns>How many jobs were forgotten.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        DateTimeOffset end = time.GetUtcNow() - options.Value.Period;
        int forgotten = 0;
        // Those of jobs go with their jobs.
        await database.WriteAsync(context => context.IdempotencyKeys.Where(key => key.JobId == null && key.Created < end).ExecuteDeleteAsync(cancellation), cancellation);
        while (true)
        {
            List<Job> old = await ReadAsync(end, cancellation);
            IEnumerable<string> keys = old.SelectMany(job => job.Candidates.Select(candidate => candidate.Image?.Key).OfType<string>().Concat(job.SourceKeys()));
            await Parallel.ForEachAsync(
                keys, new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellation }, async (key, stop) => await store.DeleteAsync(key, stop));

            Guid[] ids = [.. old.Select(job => job.Id)];
            forgotten += await database.WriteAsync(context => context.Jobs.Where(job => ids.Contains(job.Id)).ExecuteDeleteAsync(cancellation), cancellation);
            if (old.Count < MostAtOnce)
            {
                return forgotten;
            }
        }
    }

    private async Task<List<Job>> ReadAsync(DateTimeOffset end, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await context.Jobs.AsNoTracking().Where(job => job.Finished < end)
            // What a batch is still to write down of it.
            .Where(job => job.BatchId == null || !context.Batches.Any(batch => batch.Id == job.BatchId && batch.State < BatchState.Failed))
            .OrderBy(job => job.Finished).Take(MostAtOnce).ToListAsync(cancellation);
    }
}
