using Limner.ServiceDefaults.Cancellation;
using Limner.ServiceDefaults.Conditioning;
using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Progress;
using Limner.ServiceDefaults.Rates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.RedisServer;

/// <summary>Conditioning cache, progress, cancel flags and request rates: in Redis where one is named, in this process otherwise.</summary>
internal static class RedisRegistration
{
    public static void AddRedis(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<RedisOptions>(RedisOptions.Section);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisOptions>, RedisOptionsCheck>());
        if (string.IsNullOrEmpty(configuration[$"{RedisOptions.Section}:{nameof(RedisOptions.Connection)}"]))
        {
            services.TryAddSingleton<IConditioningCache>(provider => new MemoryConditioningCache(provider.GetRequiredService<TimeProvider>()));
            services.TryAddSingleton<IProgressChannel, MemoryProgressChannel>();
            services.TryAddSingleton<ICancelFlags, MemoryCancelFlags>();
            services.TryAddSingleton<IRequestRates, MemoryRequestRates>();
            return;
        }

        services.TryAddSingleton<RedisConnection>();
        services.TryAddSingleton<IConditioningCache, RedisConditioningCache>();
        services.TryAddSingleton<IProgressChannel, RedisProgressChannel>();
        services.TryAddSingleton<ICancelFlags, RedisCancelFlags>();
        services.TryAddSingleton<IRequestRates, RedisRequestRates>();
        // Missing Redis makes the service slower, which is no reason to take callers from it.
        services.AddDependency("redis", HealthStatus.Degraded, (provider, cancellation) => provider.GetRequiredService<RedisConnection>().CallAsync(
            async redis => await redis.PingAsync() >= TimeSpan.Zero, false, cancellation));
    }
}
