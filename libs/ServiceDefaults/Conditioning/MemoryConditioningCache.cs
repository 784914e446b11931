namespace Limner.ServiceDefaults.Conditioning;

/// <summary>Conditioning in this process: what was used longest ago goes when the limit is reached.</summary>
internal sealed class MemoryConditioningCache(TimeProvider clock, long limit = MemoryConditioningCache.DefaultLimit) : IConditioningCache
{
    /// <summary>Hundreds of prompts of the default model, and nothing beside the model's own weights.</summary>
    private const long DefaultLimit = 128 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private long _bytes;

    public Task<byte[]?> GetAsync(string key, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<Entry>? node))
            {
                return Task.FromResult<byte[]?>(null);
            }

            _byUse.Remove(node);
            if (node.Value.Expires <= clock.GetUtcNow())
            {
                Forget(node.Value);
                return Task.FromResult<byte[]?>(null);
            }

            _byUse.AddLast(node);
            return Task.FromResult<byte[]?>(node.Value.Value);
        }
    }

    public Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<Entry>? old))
            {
                _byUse.Remove(old);
                Forget(old.Value);
            }

            _entries[key] = _byUse.AddLast(new Entry(key, value.ToArray(), clock.GetUtcNow() + timeToLive));
            _bytes += value.Length;
            while (_bytes > limit && _byUse.First is { } first)
            {
                _byUse.RemoveFirst();
                Forget(first.Value);
            }
        }

        return Task.CompletedTask;
    }

    private void Forget(Entry entry)
    {
        _entries.Remove(entry.Key);
        _bytes -= entry.Value.Length;
    }

    private sealed record Entry(string Key, byte[] Value, DateTimeOffset Expires);
}
