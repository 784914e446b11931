using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Waiting;

/// <summary>
/// Tells who watches or waits here for jobs that another Gateway wrote to: one look for all of them, so that thousands ask the database no more than one does.
/// </summary>
internal sealed class WatchedJobs(Transactions database, JobSignals signals)
{
    private const int MostAtOnce = 1000;

    private Dictionary<Guid, int> _seen = [];

    public async Task LookAsync(CancellationToken cancellation)
    {
        var seen = new Dictionary<Guid, int>();
        foreach (Guid[] watched in signals.Watched.Chunk(MostAtOnce))
        {
            await using GatewayContext context = database.Read();
            foreach (var row in await context.Jobs.Where(job => watched.Contains(job.Id)).Select(job => new { job.Id, job.Events, job.State }).ToArrayAsync(cancellation))
            {
                // What a new watcher has read is not known here, so he is told once; of an end again and again, since he may have missed it by leaving and coming back.
                if (row.State > JobState.Running || !_seen.TryGetValue(row.Id, out int before) || before != row.Events)
                {
                    signals.Raise(row.Id);
                }

                seen[row.Id] = row.Events;
            }
        }

        _seen = seen;
    }
}
