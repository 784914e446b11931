using Limner.ObjectStorage;

namespace Limner.Gateway.Tests.Batches;

/// <summary>A folder that lets a tenant wait for his files.</summary>
internal sealed class HeldStore : IObjectStore, IDisposable
{
    private readonly UnreliableStore _store = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _held;
    private int _opened;

    /// <summary>Files of his that somebody began to read.</summary>
    public int Opened => Volatile.Read(ref _opened);

    public void Hold(string tenant) => _held = tenant;

    public void Release() => _released.SetResult();

    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        if (_held is { } held && key.StartsWith($"{held}/files/", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _opened);
            await _released.Task.WaitAsync(cancellation);
        }

        return await _store.OpenAsync(key, cancellation);
    }

    public Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation) => _store.PutIfAbsentAsync(key, content, contentType, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation) => _store.DeleteAsync(key, cancellation);

    public Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation) => _store.SignAsync(key, timeToLive, cancellation);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation) => _store.ListAsync(prefix, cancellation);

    public Task<bool> IsReachableAsync(CancellationToken cancellation) => _store.IsReachableAsync(cancellation);

    public void Dispose() => _store.Dispose();
}
