using Limner.ServiceDefaults.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Connections;

internal static class ConnectionSetup
{
    /// <summary>Holds clients to a pace. Who sends a byte now and then to keep a connection is cut off by the server, before any handler waits for him.</summary>
    public static void AddConnectionLimits(this IServiceCollection services)
    {
        services.AddValidatedOptions<ConnectionOptions>("Connections");
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ConnectionOptions>>((server, limits) =>
        {
            var rate = new MinDataRate(limits.Value.LeastBytesPerSecond, limits.Value.Grace);
            (server.Limits.RequestHeadersTimeout, server.Limits.MinRequestBodyDataRate, server.Limits.MinResponseDataRate) = (limits.Value.HeadersTimeout, rate, rate);
        });
    }
}
