using Limner.ObjectStorage;

namespace Limner.Decoder.Tests.Storage;

/// <summary>A real store that is away for its first few writes.</summary>
internal sealed class UnreliableStore(IObjectStore store, int failures) : IObjectStore
{
    private int _attempts;

    public int Attempts => _attempts;

    public Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation) =>
        Interlocked.Increment(ref _attempts) <= failures
            ? throw new ObjectStoreUnavailableException("The disk is full.")
            : store.PutIfAbsentAsync(key, content, contentType, cancellation);

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellation) => store.OpenAsync(key, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation) => store.DeleteAsync(key, cancellation);

    public Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation) => store.SignAsync(key, timeToLive, cancellation);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation) => store.ListAsync(prefix, cancellation);

    public Task<bool> IsReachableAsync(CancellationToken cancellation) => store.IsReachableAsync(cancellation);
}
