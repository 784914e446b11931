namespace Limner.ServiceDefaults.Workers;

/// <summary>
/// How far the queue of one stage has been worked off, as a process that takes from it can tell. A queue gives out first what came first: a worker that is full has reached the
/// newest that it took, and one that has had room for a while knows that nothing waits.
/// </summary>
/// <remarks>
/// It tells the worst of the last looks. So room that is about to be filled does not count, and what was taken just before has been told to the Gateways
/// before anything counts that was taken after it.
/// </remarks>
internal sealed class QueueReach
{
    /// <summary>Half a minute of announcements.</summary>
    internal const int Looks = 6;

    private readonly Queue<DateTimeOffset> _seen = new(Looks + 1);

    /// <summary>One more look.</summary>
    /// <param name="hasRoom">Whether the worker would take more.</param>
    /// <param name="newest">When the newest was released that it has taken.</param>
    /// <returns>What was released before waits no more; null if nothing waits.</returns>
    public DateTimeOffset? Look(bool hasRoom, DateTimeOffset newest)
    {
        _seen.Enqueue(hasRoom ? DateTimeOffset.MaxValue : newest);
        if (_seen.Count > Looks)
        {
            _seen.Dequeue();
        }

        DateTimeOffset worst = _seen.Count < Looks ? DateTimeOffset.MinValue : _seen.Min();
        return worst == DateTimeOffset.MaxValue ? null : worst;
    }
}
