using Limner.ServiceDefaults.RedisServer;

namespace Limner.ServiceDefaults.Cancellation;

/// <summary>Cancel flags in Redis, for all workers.</summary>
internal sealed class RedisCancelFlags(RedisConnection redis) : ICancelFlags
{
    public Task RaiseAsync(Guid jobId, TimeSpan timeToLive, CancellationToken cancellation) =>
        redis.CallAsync(database => database.StringSetAsync(redis.Key(Name(jobId)), true, timeToLive), false, cancellation);

    public Task<bool> IsRaisedAsync(Guid jobId, CancellationToken cancellation) =>
        redis.CallAsync(database => database.KeyExistsAsync(redis.Key(Name(jobId))), false, cancellation);

    private static string Name(Guid jobId) => $"cancelled:{jobId:N}";
}
