using Limner.Contracts.Jobs;

namespace Limner.Gateway.Queue;

/// <summary>The queue as it was a few seconds ago, a minute at most.</summary>
/// <param name="Shares">What waits, by class and tenant.</param>
/// <param name="RunningWork">Work on its way through the stages.</param>
/// <param name="WorkPerSecond">How fast work was done lately; null if none was.</param>
internal sealed record QueueSnapshot(IReadOnlyList<QueueShare> Shares, long RunningWork, double? WorkPerSecond)
{
    public static QueueSnapshot Empty { get; } = new([], 0, null);

    public int Jobs => Shares.Sum(share => share.Jobs);

    public int JobsOf(string tenant) => Shares.Where(share => share.Tenant == tenant).Sum(share => share.Jobs);
}

/// <summary>What waits of one tenant in one class.</summary>
internal sealed record QueueShare(JobPriority Priority, string Tenant, int Jobs, long Work)
{
    /// <summary>When the first of them was accepted.</summary>
    public DateTimeOffset? Oldest { get; init; }
}
