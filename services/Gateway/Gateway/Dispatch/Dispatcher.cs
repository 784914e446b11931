using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Telemetry;
using Limner.Gateway.Webhooks.Events;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Dispatch;

/// <summary>
/// Moves jobs from the database to the broker. The row is the outbox: it is locked, published, and only then marked. What crashes in between is published
/// again, and every stage takes the same message twice.
/// </summary>
internal sealed class Dispatcher(
    Transactions database, Publisher publisher, WorkerPool pool, JobSignals signals, ProgressFollower progress, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>Rows that are locked while their messages are confirmed.</summary>
    private const int MostAtOnce = 64;

    /// <summary>Part of the window that has to be free for a round of a busy pool.</summary>
    private const int ShareOfARound = 8;

    private readonly Dictionary<JobPriority, Ring> _rings = new() { [JobPriority.Interactive] = Ring.Empty, [JobPriority.Batch] = Ring.Empty };

    /// <summary>Whether every slot had its candidate when the pool was last looked at: then nothing is gained by looking again at once.</summary>
    public bool IsPoolBusy { get; private set; }

    /// <summary>Releases what there is room for, once.</summary>
    /// <returns>How many jobs; 0 when nothing waits, there is no room, or another Gateway is at it.</returns>
    public async Task<int> ReleaseAsync(CancellationToken cancellation)
    {
        QueueState now;
        await using (GatewayContext context = database.Read())
        {
            now = await WaitingJobs.LookAsync(context, cancellation);
        }

        int window = pool.Window();
        IsPoolBusy = now.Running > window / 2;
        // Every slot has its candidate, and some wait: a look at all queues for the one place that just became free would be made at every end of one.
        if (IsPoolBusy && window - now.Running < window / ShareOfARound)
        {
            return 0;
        }

        int room = Math.Min(MostAtOnce, window - now.Running);
        int released = 0;
        foreach (JobPriority priority in (JobPriority[])[JobPriority.Interactive, JobPriority.Batch])
        {
            if (!now.Waits(priority))
            {
                _rings[priority] = Ring.Empty;
                continue;
            }

            if (room <= 0)
            {
                break;
            }

            (IReadOnlyList<QueuedJob> chosen, Ring ring) = await SelectAsync(priority, room, cancellation);
            if (chosen.Count > 0)
            {
                released += await PublishAsync([.. chosen.Select(job => job.Id)], cancellation);
                room -= chosen.Sum(job => job.Pending);
            }

            // Only now: a failed attempt takes nobody's turn away.
            _rings[priority] = ring;
        }

        return released;
    }

    private async Task<(IReadOnlyList<QueuedJob> Chosen, Ring Ring)> SelectAsync(JobPriority priority, int room, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return DeficitRoundRobin.Select(_rings[priority], await WaitingJobs.ReadHeadsAsync(context, priority, _rings[priority], room, cancellation), room);
    }

    private async Task<int> PublishAsync(Guid[] chosen, CancellationToken cancellation)
    {
        List<JobTransition> released = await database.WriteAsync(async context =>
        {
            // 1. Those that no other Gateway has, in the order chosen.
            List<Job> jobs = await context.Jobs.Where(job => chosen.Contains(job.Id) && job.State == JobState.Queued).LockFree().AsNoTracking().ToListAsync(cancellation);
            // 2. To the broker, confirmed.
            await publisher.PublishAsync(jobs.OrderBy(job => Array.IndexOf(chosen, job.Id)), cancellation);
            // 3. Marked, and committed by the caller.
            DateTimeOffset now = time.GetUtcNow();
            var changes = new List<JobTransition>();
            foreach (Job job in jobs)
            {
                JobTransition change = JobMachine.Apply(job, new JobFact.Dispatched(), now)!;
                await context.WriteAsync(job, change, cancellation);
                changes.Add(change);
            }

            return changes;
        }, cancellation);
        foreach (JobTransition change in released)
        {
            signals.Raise(change.After.Id);
            metrics.Changed(change);
        }

        await progress.FollowAsync([.. released.Select(change => change.After)], cancellation);
        return released.Count;
    }
}
