using System.Collections.Immutable;

namespace Limner.Gateway.Dispatch;

/// <summary>
/// Deficit round-robin (Shreedhar and Varghese, 1995): tenants take turns, a turn grants a quantum of work, and what is not used counts for the next
/// turn. So tenants get the same work, not the same number of jobs, and one with 10,000 jobs delays another's first one by one turn.
/// </summary>
internal static class DeficitRoundRobin
{
    /// <summary>Chooses jobs, in order, until their candidates fill the room; the last one may go beyond it.</summary>
    /// <param name="ring">Where the round stood.</param>
    /// <param name="waiting">The oldest waiting jobs of each tenant, oldest first within a tenant.</param>
    /// <param name="room">Candidates that the broker may still take.</param>
    public static (IReadOnlyList<QueuedJob> Chosen, Ring Ring) Select(Ring ring, IReadOnlyList<QueuedJob> waiting, int room)
    {
        var chosen = new List<QueuedJob>();
        if (waiting.Count == 0)
        {
            return (chosen, Ring.Empty);
        }

        var queues = new SortedDictionary<string, Queue<QueuedJob>>(StringComparer.Ordinal);
        foreach (QueuedJob job in waiting)
        {
            (queues.TryGetValue(job.Tenant, out Queue<QueuedJob>? queue) ? queue : queues[job.Tenant] = new Queue<QueuedJob>()).Enqueue(job);
        }

        // 1. A quantum as large as the largest job: then every turn releases something, and a turn costs constant time.
        long quantum = waiting.Max(job => job.Work);
        ImmutableDictionary<string, long>.Builder deficits = ring.Deficits.ToBuilder();
        // 2. Who has nothing waiting keeps no claim: idleness is not saved up.
        deficits.RemoveRange(deficits.Keys.Where(tenant => !queues.ContainsKey(tenant)).ToArray());
        string current = queues.Keys.FirstOrDefault(tenant => string.CompareOrdinal(tenant, ring.Current) >= 0) ?? queues.Keys.First();
        bool granted = ring.Granted && current == ring.Current;

        while (room > 0 && queues.Count > 0)
        {
            // 3. The turn of one tenant.
            Queue<QueuedJob> queue = queues[current];
            long deficit = deficits.GetValueOrDefault(current) + (granted ? 0 : quantum);
            granted = true;
            while (room > 0 && queue.TryPeek(out QueuedJob? job) && job.Work <= deficit)
            {
                queue.Dequeue();
                chosen.Add(job);
                deficit -= job.Work;
                room -= job.Pending;
            }

            deficits[current] = deficit;
            if (queue.TryPeek(out QueuedJob? next) && next.Work <= deficit)
            {
                break; // No room, and the turn is not over: it goes on when there is room again.
            }

            // 4. The next tenant's.
            if (queue.Count == 0)
            {
                deficits.Remove(current);
                queues.Remove(current);
            }

            current = queues.Keys.FirstOrDefault(tenant => string.CompareOrdinal(tenant, current) > 0) ?? queues.Keys.FirstOrDefault() ?? current;
            granted = false;
        }

        return (chosen, new Ring(current, granted, deficits.ToImmutable()));
    }
}
