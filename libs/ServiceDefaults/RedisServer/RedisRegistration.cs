using Limner.ServiceDefaults.Cancellation;
using Limner.ServiceDefaults.Conditioning;
using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Progress;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.ServiceDefaults.RedisServer;

/// <summary>Conditioning cache, progress and cancel flags.</summary>
internal static class RedisRegistration
{
    public static void AddRedis(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<RedisOptions>(RedisOptions.Section);
        services.AddSingleton<IConditioningCache>(provider => new MemoryConditioningCache(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IProgressChannel, MemoryProgressChannel>();
        services.AddSingleton<ICancelFlags, MemoryCancelFlags>();
    }
}
