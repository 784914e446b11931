using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Limner.EndToEnd.Tests.Client;

/// <summary>
/// Hands connections on to a service and resets all of them, once, when the service first says <c>mark</c>, which the caller does not get: whatever the speed
/// of both, the caller cannot have heard of what comes after.
/// </summary>
internal sealed class BreakingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _open = [];
    private readonly Uri _service;
    private readonly byte[] _mark;
    private int _accepted;
    private int _broken;

    public BreakingProxy(Uri service, string mark)
    {
        (_service, _mark) = (service, Encoding.UTF8.GetBytes(mark));
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public int Accepted => Volatile.Read(ref _accepted);

    public void Dispose()
    {
        _listener.Dispose();
        Break();
    }

    private void Break()
    {
        while (_open.TryTake(out Socket? socket))
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
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
                _ = CopyAsync(caller, service, isAnswer: false);
                _ = CopyAsync(service, caller, isAnswer: true);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool isAnswer)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (isAnswer && buffer.AsSpan(0, count).IndexOf(_mark) >= 0 && Interlocked.Exchange(ref _broken, 1) == 0)
                {
                    Break();
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
    }
}
