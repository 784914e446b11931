using System.Net;
using System.Net.Sockets;

namespace Limner.ServiceDefaults.Outbound;

/// <summary>Opens connections: the name is looked up once, each address is judged, and only a judged address, never the name, is connected to.</summary>
internal sealed class CheckedConnector(AddressPolicy policy, HostLookup lookup)
{
    /// <summary>A name may have hundreds of addresses.</summary>
    private const int MostAddresses = 4;

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        (string host, int port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        IPAddress[] found = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await lookup(host, cancellation);
        IPAddress[] allowed = [.. found.Where(policy.Allows).Take(MostAddresses)];
        if (allowed.Length == 0)
        {
            throw found.Length == 0 ? new SocketException((int)SocketError.HostNotFound) : new RefusedAddressException("The host has no public address.");
        }

        for (int i = 0; ; i++)
        {
            var socket = new Socket(allowed[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(allowed[i], port), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception fault)
            {
                socket.Dispose();
                if (fault is not SocketException || i == allowed.Length - 1)
                {
                    throw;
                }
            }
        }
    }
}
