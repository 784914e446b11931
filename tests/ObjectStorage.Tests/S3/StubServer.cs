using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Limner.ObjectStorage.Tests.S3;

/// <summary>Answers every request alike.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _answering;

    public StubServer(int status, string body)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _answering = AnswerAsync(status, Encoding.UTF8.GetBytes(body));
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering;
    }

    private async Task AnswerAsync(int status, byte[] body)
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                await context.Request.InputStream.CopyToAsync(Stream.Null);
                context.Response.StatusCode = status;
                context.Response.ContentLength64 = context.Request.HttpMethod == "HEAD" ? 0 : body.Length;
                await context.Response.OutputStream.WriteAsync(context.Request.HttpMethod == "HEAD" ? default : body);
                context.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
            // It was closed.
        }
    }
}
