using System.Collections.Concurrent;

namespace Limner.ServiceDefaults.Cancellation;

/// <summary>Cancel flags in this process.</summary>
internal sealed class MemoryCancelFlags(TimeProvider clock) : ICancelFlags
{
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _expiries = [];

    public Task RaiseAsync(Guid jobId, TimeSpan timeToLive, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        _expiries[jobId] = now + timeToLive;
        // Cancels are rare: sweeping at each of them keeps the rest of the code free of timers.
        foreach ((Guid id, DateTimeOffset expiry) in _expiries)
        {
            if (expiry <= now)
            {
                _expiries.TryRemove(id, out _);
            }
        }

        return Task.CompletedTask;
    }

    public Task<bool> IsRaisedAsync(Guid jobId, CancellationToken cancellation) =>
        Task.FromResult(_expiries.TryGetValue(jobId, out DateTimeOffset expiry) && expiry > clock.GetUtcNow());
}
