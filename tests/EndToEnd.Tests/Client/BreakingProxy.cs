using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Limner.EndToEnd.Tests.Client;

/// <summary>Hands connections on to a service and cuts all of them when it is told to.</summary>
internal sealed class BreakingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _open = [];
    private readonly Uri _service;
    private int _accepted;

    public BreakingProxy(Uri service)
    {
        _service = service;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Resets every connection, in the middle of whatever it carries.</summary>
    public void Break()
    {
        while (_open.TryTake(out Socket? socket))
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Break();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket caller = await _listener.AcceptSocketAsync();
                Interlocked.Increment(ref _accepted);
                var service = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await service.ConnectAsync(_service.Host, _service.Port);
                _open.Add(caller);
                _open.Add(service);
                _ = CopyAsync(caller, service);
                _ = CopyAsync(service, caller);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                await to.SendAsync(buffer.AsMemory(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
    }
}
