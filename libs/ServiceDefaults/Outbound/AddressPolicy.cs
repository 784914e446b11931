using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Outbound;

/// <summary>Which addresses that a caller names may be asked: on the public internet, or in a network that the operator allows.</summary>
public sealed class AddressPolicy(IOptions<OutboundOptions> options)
{
    private const int LongestAddress = 2000;
    private const int LeastUnprivilegedPort = 1024;

    private readonly IPNetwork[] _allowed = options.Value.Networks();

    /// <summary>Whether no network is allowed: then no name of a network of one's own leads anywhere that may be asked.</summary>
    internal bool IsPublicOnly => _allowed.Length == 0;

    /// <summary>Whether a connection to this address may be opened.</summary>
    public bool Allows(IPAddress address) =>
        // Before anything else: networks take such an address for the IPv4 address that it wraps.
        !address.IsIPv4MappedToIPv6 && (PublicInternet.Contains(address) || _allowed.Any(network => network.Contains(address)));

    /// <summary>
    /// What is wrong with an address as a caller wrote it, as the end of a sentence that begins with its name; null if nothing is. A host that is a name is
    /// looked up only when it is connected to: what it leads to now says nothing about then.
    /// </summary>
    public string? Objection(string text)
    {
        if (text.Length > LongestAddress)
        {
            return string.Create(CultureInfo.InvariantCulture, $"has {text.Length} characters; it may have {LongestAddress}.");
        }

        if (!text.All(letter => letter is > ' ' and <= '~') || !Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
        {
            return "has to be an address like https://example.org/hook: http or https, in visible ASCII characters.";
        }

        return Objection(address);
    }

    /// <inheritdoc cref="Objection(string)"/>
    internal string? Objection(Uri address) =>
        address.UserInfo.Length > 0 ? "names a user or a password; leave them out."
        : address.Port is not (80 or 443 or >= LeastUnprivilegedPort) ? string.Create(CultureInfo.InvariantCulture, $"has port {address.Port}; it has to be 80, 443 or above {LeastUnprivilegedPort - 1}.")
        : Literal(address) is { } literal ? (Allows(literal) ? null : $"leads to an address that is not public; the operator of this service can allow its network with {OutboundOptions.Section}:{nameof(OutboundOptions.AllowedNetworks)}.")
        // Of names of this network nobody is to learn which there are.
        : IsPublicOnly && !address.IdnHost.TrimEnd('.').Contains('.') ? "names a host without its domain; it has to be a full name like example.org."
        : null;

    private static IPAddress? Literal(Uri address) =>
        IPAddress.TryParse(address.IdnHost, out IPAddress? literal) ? literal
        // RFC 6761: these names are this machine, whoever is asked.
        : address.IdnHost.TrimEnd('.') is var name && (name == "localhost" || name.EndsWith(".localhost", StringComparison.Ordinal)) ? IPAddress.Loopback
        : null;
}
