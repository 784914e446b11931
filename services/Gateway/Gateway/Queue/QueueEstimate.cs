using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;

namespace Limner.Gateway.Queue;

/// <summary>Where a waiting job stands and how long it may take, said as well as it can be known: later interactive jobs may still overtake a batch job.</summary>
/// <param name="Position">Jobs that go before it, plus one.</param>
/// <param name="Seconds">Until it ends; null while nothing has been done lately to measure by.</param>
internal sealed record QueueEstimate(int Position, int? Seconds)
{
    /// <param name="job">A queued job.</param>
    /// <param name="ahead">Older jobs of the same tenant and class that wait.</param>
    /// <param name="queue">All that waits.</param>
    public static QueueEstimate Of(Job job, int ahead, QueueSnapshot queue)
    {
        int jobs = ahead;
        double work = queue.RunningWork + job.Work;
        foreach (QueueShare share in queue.Shares)
        {
            // The tenants of a class take turns, so each has about as many jobs released before this one as its own tenant has.
            int before = share.Priority == job.Priority ? (share.Tenant == job.Tenant ? 0 : Math.Min(share.Jobs, ahead + 1))
                : share.Priority == JobPriority.Interactive ? share.Jobs : 0;
            jobs += before;
            int counted = share.Priority == job.Priority && share.Tenant == job.Tenant ? ahead : before;
            work += share.Jobs == 0 ? 0 : (double)share.Work / share.Jobs * counted;
        }

        return new QueueEstimate(jobs + 1, queue.WorkPerSecond is { } rate and > 0 ? (int)Math.Min(int.MaxValue, Math.Ceiling(work / rate)) : null);
    }

    /// <summary>How long until <paramref name="excess"/> of the jobs in <paramref name="shares"/> have left the queue.</summary>
    public static TimeSpan Drain(int excess, QueueSnapshot queue, IReadOnlyCollection<QueueShare> shares)
    {
        int jobs = shares.Sum(share => share.Jobs);
        if (queue.WorkPerSecond is not { } rate || rate <= 0 || jobs == 0)
        {
            return Unknown;
        }

        // Who shares the pool with others gets only his share of its speed.
        double speed = rate * shares.Select(share => share.Tenant).Distinct().Count() / Math.Max(1, queue.Shares.Select(share => share.Tenant).Distinct().Count());
        double seconds = (double)shares.Sum(share => share.Work) / jobs * excess / speed;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 1, Longest.TotalSeconds));
    }

    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(1);

    /// <summary>Clients sleep as long as they are told, in the middle of a call: whoever would wait for longer is better told again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
}
