using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Waiting;

/// <summary>
/// Tells who waits here for jobs that another Gateway wrote the end of: one look for all of them, so that thousands who wait ask the database no more than one does.
/// </summary>
internal sealed class EndedJobs(Transactions database, JobSignals signals)
{
    private const int MostAtOnce = 1000;

    public async Task LookAsync(CancellationToken cancellation)
    {
        foreach (Guid[] watched in signals.Watched.Chunk(MostAtOnce))
        {
            await using GatewayContext context = database.Read();
            foreach (Guid ended in await context.Jobs.Where(job => watched.Contains(job.Id) && job.State > JobState.Running).Select(job => job.Id).ToArrayAsync(cancellation))
            {
                signals.Raise(ended);
            }
        }
    }
}
