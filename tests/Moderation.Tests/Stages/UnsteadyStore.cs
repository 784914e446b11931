using Limner.ObjectStorage;

namespace Limner.Moderation.Tests.Stages;

/// <summary>The real store, away for the first few reads.</summary>
internal sealed class UnsteadyStore(IObjectStore store, int failures) : IObjectStore
{
    private int _left = failures;

    public int Reads { get; private set; }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        Reads++;
        return _left-- > 0 ? throw new ObjectStoreUnavailableException("The store is away.") : store.OpenAsync(key, cancellation);
    }

    public Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation) =>
        store.PutIfAbsentAsync(key, content, contentType, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation) => store.DeleteAsync(key, cancellation);

    public Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation) => store.SignAsync(key, timeToLive, cancellation);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation) => store.ListAsync(prefix, cancellation);

    public Task<bool> IsReachableAsync(CancellationToken cancellation) => store.IsReachableAsync(cancellation);
}
