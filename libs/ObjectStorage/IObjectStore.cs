namespace Limner.ObjectStorage;

/// <summary>Objects under keys: an S3 bucket or a folder.</summary>
public interface IObjectStore
{
    /// <summary>Stores an object unless there is one under this key already.</summary>
    /// <returns>Whether it was stored; false if the key was taken.</returns>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached, or is full.</exception>
    Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation);

    /// <summary>Opens an object to read; null if there is none. The caller disposes it.</summary>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached.</exception>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellation);

    /// <summary>Removes an object; nothing happens if there is none.</summary>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached.</exception>
    Task DeleteAsync(string key, CancellationToken cancellation);

    /// <summary>An address where a browser gets the object without a key of ours until <paramref name="timeToLive"/> has passed; null if the store has no such thing.</summary>
    Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation);

    /// <summary>Keys and times of the objects whose key begins with <paramref name="prefix"/>.</summary>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached.</exception>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>Whether the store can be reached and written to, for health checks.</summary>
    Task<bool> IsReachableAsync(CancellationToken cancellation);
}
