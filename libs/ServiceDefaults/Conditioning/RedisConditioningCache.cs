using Limner.ServiceDefaults.RedisServer;

namespace Limner.ServiceDefaults.Conditioning;

/// <summary>Conditioning in Redis, for all workers.</summary>
internal sealed class RedisConditioningCache(RedisConnection redis) : IConditioningCache
{
    public Task<byte[]?> GetAsync(string key, CancellationToken cancellation) =>
        redis.CallAsync(async database => (byte[]?)await database.StringGetAsync(redis.Key(key)), null, cancellation);

    public Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellation) =>
        redis.CallAsync(database => database.StringSetAsync(redis.Key(key), value, timeToLive), false, cancellation);
}
