using System.Net;
using System.Net.Sockets;

namespace Limner.ServiceDefaults.Outbound;

/// <summary>Opens connections: the name is looked up once, each address is judged, and only a judged address, never the name, is connected to.</summary>
internal sealed class CheckedConnector(AddressPolicy policy, HostLookup lookup)
{
    /// <summary>A name may have hundreds of addresses.</summary>
    private const int MostAddresses = 4;

    /// <summary>For each address but the last: one that says nothing (packets of IPv6 that get lost) is not to use up the time of those behind it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        (string host, int port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        IPAddress[] found = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await lookup(FullName(host), cancellation);
        IPAddress[] allowed = [.. found.Where(policy.Allows).Take(MostAddresses)];
        if (allowed.Length == 0)
        {
            throw found.Length == 0 ? new SocketException((int)SocketError.HostNotFound) : new RefusedAddressException("The host has no public address.");
        }

        for (int i = 0; ; i++)
        {
            bool isLast = i == allowed.Length - 1;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(isLast ? Timeout.InfiniteTimeSpan : Patience);
            var socket = new Socket(allowed[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(allowed[i], port), limit.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception fault)
            {
                socket.Dispose();
                if (isLast || !(fault is SocketException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested)))
                {
                    throw;
                }
            }
        }
    }

    // With the root's dot no search domain is tried: "postgres.default" is to be nobody's, and not the cluster's. Where networks are allowed, their names are too.
    private string FullName(string host) => policy.IsPublicOnly && !host.EndsWith('.') ? $"{host}." : host;
}
