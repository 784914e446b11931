using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Webhooks.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Dispatch;

/// <summary>
/// Publishes running jobs again that nothing was heard of for long: a broker that was wiped or a process that took its queue with it must not leave them hanging. How long is
/// measured by how far the workers have come and not by the clock: what waits behind others before a slow pool is not lost (ADR 9).
/// </summary>
internal sealed class SilentJobs(
    Transactions database, Publisher publisher, WorkerPool pool, ProgressFollower progress, IOptions<DispatchOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 64;

    private const int MostDoublings = 10;

    public async Task<int> PublishAgainAsync(CancellationToken cancellation)
    {
        DateTimeOffset reached = pool.Reached();
        Job[] again = await database.WriteAsync(async context =>
        {
            DateTimeOffset now = time.GetUtcNow();
            DateTimeOffset least = reached - options.Value.SilentAfter;
            List<Job> silent = await context.Jobs.Where(job => job.State == JobState.Running && job.Heard < least && job.Deadline > now)
                .OrderBy(job => job.Heard).Take(MostAtOnce).LockFree().AsNoTracking().ToListAsync(cancellation);
            Job[] due = [.. silent.Where(job => job.Heard < reached - Patience(job))];
            await publisher.PublishAsync(due, cancellation);
            foreach (Job job in due)
            {
                await context.WriteAsync(job, JobMachine.Apply(job, new JobFact.Dispatched(), now)!, cancellation);
            }

            return due;
        }, cancellation);
        await progress.FollowAsync(again, cancellation);
        return again.Length;
    }

    /// <summary>An in-memory broker starts empty: whatever ran when the last process ended is to be published again at once, wherever its workers are.</summary>
    public Task ForgetHeardAsync(CancellationToken cancellation) => database.WriteAsync(
        context => context.Jobs.Where(job => job.State == JobState.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(job => job.Heard, DateTimeOffset.MinValue).SetProperty(job => job.Attempts, 1), cancellation),
        cancellation);

    private TimeSpan Patience(Job job) => options.Value.SilentAfter * Math.Pow(2, Math.Clamp(job.Attempts - 1, 0, MostDoublings));
}
