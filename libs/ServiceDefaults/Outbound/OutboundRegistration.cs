using System.Net;
using Limner.ServiceDefaults.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Outbound;

/// <summary>Requests to addresses that callers name.</summary>
public static class OutboundRegistration
{
    /// <summary>The key of the <see cref="OutboundHttp"/> for addresses that the operator names: they may lead anywhere, and open nothing to callers.</summary>
    public const string OfOperator = "operator";

    /// <summary>Adds <see cref="OutboundHttp"/> and <see cref="AddressPolicy"/>, set by the section <c>Outbound</c>.</summary>
    public static IServiceCollection AddOutboundHttp(this IServiceCollection services)
    {
        services.AddValidatedOptions<OutboundOptions>(OutboundOptions.Section);
        services.TryAddSingleton(_ => new HostResolver(Dns.GetHostAddresses));
        services.TryAddSingleton<HostLookup>(provider => provider.GetRequiredService<HostResolver>().FindAsync);
        services.TryAddSingleton<AddressPolicy>();
        services.TryAddSingleton<OutboundHttp>();
        services.TryAddKeyedSingleton(OfOperator, (provider, _) => new OutboundHttp(
            new AddressPolicy(Options.Create(new OutboundOptions { AllowedNetworks = "0.0.0.0/0,::/0" })), provider.GetRequiredService<HostLookup>()));
        return services;
    }
}
