using Limner.Gateway.Tests.Batches;
using Limner.ObjectStorage;

namespace Limner.Gateway.Tests.Background;

/// <summary>A folder that counts how often all of it is listed.</summary>
internal sealed class CountingStore : IObjectStore, IDisposable
{
    private readonly UnreliableStore _store = new();
    private int _listings;

    public int Listings => Volatile.Read(ref _listings);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation)
    {
        if (prefix.Length == 0)
        {
            Interlocked.Increment(ref _listings);
        }

        return _store.ListAsync(prefix, cancellation);
    }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellation) => _store.OpenAsync(key, cancellation);

    public Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation) => _store.PutIfAbsentAsync(key, content, contentType, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation) => _store.DeleteAsync(key, cancellation);

    public Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation) => _store.SignAsync(key, timeToLive, cancellation);

    public Task<bool> IsReachableAsync(CancellationToken cancellation) => _store.IsReachableAsync(cancellation);

    public void Dispose() => _store.Dispose();
}
