namespace Limner.ObjectStorage;

/// <summary>
/// Objects under keys: an S3 bucket or a folder. A key is names joined by '/', each of the letters A-Z and a-z, digits, '.', '_' and '-', not beginning with '.',
/// and does not continue another object's key after a '/'. A key of another form is an <see cref="ArgumentException"/>.
/// </summary>
public interface IObjectStore
{
    /// <summary>Stores an object unless there is one under this key already. It is there whole or not at all, and durable once this returns.</summary>
    /// <returns>Whether it was stored; false if the key was taken, perhaps by an attempt of ours whose answer was lost on the way.</returns>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached, or is full.</exception>
    Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation);

    /// <summary>Opens an object to read; null if there is none. The caller disposes it.</summary>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached.</exception>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellation);

    /// <summary>Removes an object; nothing happens if there is none.</summary>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached.</exception>
    Task DeleteAsync(string key, CancellationToken cancellation);

    /// <summary>
    /// An address where a browser gets the object without a key of ours until <paramref name="timeToLive"/> (at most 7 days) has passed; null if the store has no
    /// such thing. Whether the object exists is not asked.
    /// </summary>
    Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation);

    /// <summary>Keys and times of the objects whose key begins with <paramref name="prefix"/>, in no particular order, page by page.</summary>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached.</exception>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>Whether the store can be reached and written to, for health checks.</summary>
    Task<bool> IsReachableAsync(CancellationToken cancellation);
}
