using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.RedisServer;
using Limner.ServiceDefaults.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Limner.ServiceDefaults;

/// <summary>What every service of Limner has, whatever it does.</summary>
public static class ServiceDefaultsRegistration
{
    /// <summary>
    /// Adds the clock, checked options, health, telemetry, the grace period of a stop, and the conditioning cache, progress channel, cancel flags and request rates:
    /// in Redis if <c>Redis:Connection</c> names one, in this process otherwise.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddLimnerHealth();
        builder.Services.AddValidatedOptions<ShutdownOptions>(ShutdownOptions.Section);
        // Read by hand: the host asks for this while it is being built, before the check that lists every fault.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownOptions.ReadGrace(builder.Configuration));
        builder.Services.AddRedis(builder.Configuration);
        builder.AddTelemetry();
        return builder;
    }
}
