using System.Collections.Concurrent;

namespace Limner.Gateway.Jobs;

/// <summary>Tells who watches a job in this process that its row has changed. Other Gateways' watchers find out by looking.</summary>
internal sealed class JobSignals
{
    private readonly ConcurrentDictionary<Guid, Action> _watchers = new();

    /// <summary>The jobs that are watched just now.</summary>
    public ICollection<Guid> Watched => _watchers.Keys;

    public void Raise(Guid job)
    {
        if (_watchers.TryGetValue(job, out Action? changed))
        {
            changed();
        }
    }

    /// <summary>Calls <paramref name="changed"/> until disposed; it must return at once.</summary>
    public IDisposable Watch(Guid job, Action changed)
    {
        _watchers.AddOrUpdate(job, changed, (_, others) => others + changed);
        return new Watcher(this, job, changed);
    }

    private void Forget(Guid job, Action changed)
    {
        while (_watchers.TryGetValue(job, out Action? all))
        {
            Action? rest = (Action?)Delegate.Remove(all, changed);
            if (rest is null ? _watchers.TryRemove(KeyValuePair.Create(job, all)) : _watchers.TryUpdate(job, rest, all))
            {
                return;
            }
        }
    }

    private sealed class Watcher(JobSignals signals, Guid job, Action changed) : IDisposable
    {
        public void Dispose() => signals.Forget(job, changed);
    }
}
