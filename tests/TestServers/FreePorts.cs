using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Limner.TestServers;

/// <summary>
/// Loopback ports that nobody listens on. Below the range from which the system picks ports for outgoing connections, where one that is free now
/// is soon taken by a stranger while its server is being restarted; and clear of 35672-35682, where RabbitMQ's tools listen.
/// </summary>
internal static class FreePorts
{
    private const int First = 20000;
    private const int End = 32000;

    public static int[] Take(int count)
    {
        var ports = new List<int>();
        while (ports.Count < count)
        {
            int port = RandomNumberGenerator.GetInt32(First, End);
            if (!ports.Contains(port) && IsFree(port))
            {
                ports.Add(port);
            }
        }

        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
