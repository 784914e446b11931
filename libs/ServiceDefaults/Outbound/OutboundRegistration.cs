using System.Net;
using Limner.ServiceDefaults.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Limner.ServiceDefaults.Outbound;

/// <summary>Requests to addresses that callers name.</summary>
public static class OutboundRegistration
{
    /// <summary>Adds <see cref="OutboundHttp"/> and <see cref="AddressPolicy"/>, set by the section <c>Outbound</c>.</summary>
    public static IServiceCollection AddOutboundHttp(this IServiceCollection services)
    {
        services.AddValidatedOptions<OutboundOptions>(OutboundOptions.Section);
        services.TryAddSingleton<HostLookup>((host, cancellation) => Dns.GetHostAddressesAsync(host, cancellation));
        services.TryAddSingleton<AddressPolicy>();
        services.TryAddSingleton<OutboundHttp>();
        return services;
    }
}
