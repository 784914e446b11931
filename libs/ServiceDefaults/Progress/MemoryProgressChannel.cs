using System.Threading.Channels;

namespace Limner.ServiceDefaults.Progress;

/// <summary>Progress within this process.</summary>
internal sealed class MemoryProgressChannel : IProgressChannel
{
    /// <summary>Jobs whose last progress is kept: far more than are drawn at once.</summary>
    private const int MostKept = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<Guid> _order = new();
    private readonly Dictionary<Guid, JobProgress> _latest = [];
    private readonly Dictionary<Guid, List<Channel<JobProgress>>> _listeners = [];

    public Task<bool> PublishAsync(JobProgress progress)
    {
        lock (_lock)
        {
            Keep(progress with { Preview = null });
            List<Channel<JobProgress>> listeners = _listeners.GetValueOrDefault(progress.JobId) ?? [];
            foreach (Channel<JobProgress> listener in listeners)
            {
                listener.Writer.TryWrite(progress);
            }

            return Task.FromResult(listeners.Count > 0);
        }
    }

    public IAsyncEnumerable<JobProgress> SubscribeAsync(Guid jobId, CancellationToken cancellation)
    {
        // Listening begins with the call, not with the first read: what is told between the two must not be missed.
        Channel<JobProgress> listener = ProgressQueue.Create();
        lock (_lock)
        {
            if (!_listeners.TryGetValue(jobId, out List<Channel<JobProgress>>? listeners))
            {
                _listeners[jobId] = listeners = [];
            }

            listeners.Add(listener);
        }

        return ProgressQueue.ReadAsync(listener, () => Remove(jobId, listener), cancellation);
    }

    public Task<JobProgress?> LatestAsync(Guid jobId, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Task.FromResult(_latest.GetValueOrDefault(jobId));
        }
    }

    private void Keep(JobProgress progress)
    {
        if (!_latest.ContainsKey(progress.JobId))
        {
            _order.Enqueue(progress.JobId);
        }

        _latest[progress.JobId] = progress;
        if (_order.Count > MostKept)
        {
            _latest.Remove(_order.Dequeue());
        }
    }

    private void Remove(Guid jobId, Channel<JobProgress> listener)
    {
        lock (_lock)
        {
            if (_listeners.TryGetValue(jobId, out List<Channel<JobProgress>>? listeners) && listeners.Remove(listener) && listeners.Count == 0)
            {
                _listeners.Remove(jobId);
            }
        }
    }
}
