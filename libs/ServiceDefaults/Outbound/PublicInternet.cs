using System.Net;
using System.Net.Sockets;

namespace Limner.ServiceDefaults.Outbound;

/// <summary>
/// Which addresses are the public internet's: those that IANA's registries of special-purpose addresses (RFC 6890 and later) leave. Of IPv6 that is global
/// unicast alone, so that every form that wraps an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) is outside or listed.
/// </summary>
internal static class PublicInternet
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. Parse(
            "0.0.0.0/8", // this host
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // private
            "100.64.0.0/10", // shared by carriers (CGNAT); a cloud's metadata service lives in it
            "127.0.0.0/8", // loopback
            "168.63.129.16/32", // a public address that inside a cloud is its metadata service
            "169.254.0.0/16", // link-local, with the metadata services of most clouds
            "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24", // protocols
            "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", // documentation
            "198.18.0.0/15", // benchmarks
            "224.0.0.0/4", "240.0.0.0/4"), // multicast, reserved, broadcast
        .. Parse(
            "2001::/23", // protocols, Teredo among them
            "2001:db8::/32", "3fff::/20", // documentation
            "2002::/16", // 6to4
            "2620:4f:8000::/48"), // a protocol
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    public static bool Contains(IPAddress address) =>
        (address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address)) && !NotPublic.Any(network => network.Contains(address));

    private static IPNetwork[] Parse(params string[] networks) => [.. networks.Select(IPNetwork.Parse)];
}
