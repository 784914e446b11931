namespace Limner.ServiceDefaults.Conditioning;

/// <summary>Where the Encoder leaves conditioning for the Decoder: Redis, or this process. It may forget anything at any time.</summary>
public interface IConditioningCache
{
    /// <summary>The bytes under <paramref name="key"/>; null if they are not there, and if the cache cannot be reached.</summary>
    Task<byte[]?> GetAsync(string key, CancellationToken cancellation);

    /// <summary>Keeps bytes for a time; does nothing if the cache cannot be reached.</summary>
    Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellation);
}
