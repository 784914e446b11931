using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.RedisServer;
using Limner.ServiceDefaults.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults;

/// <summary>What every service of Limner has, whatever it does.</summary>
public static class ServiceDefaultsRegistration
{
    /// <summary>
    /// Adds the clock, checked options, health, telemetry, the grace period of a stop, and the conditioning cache, progress channel and cancel flags:
    /// in Redis if <c>Redis:Connection</c> names one, in this process otherwise.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddLimnerHealth();
        builder.Services.AddValidatedOptions<ShutdownOptions>(ShutdownOptions.Section);
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) => host.ShutdownTimeout = shutdown.Value.Grace);
        builder.Services.AddRedis(builder.Configuration);
        builder.AddTelemetry();
        return builder;
    }
}
