using System.Net;
using System.Net.Sockets;
using System.Text;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Edits;
using Limner.Gateway.Tests.Uploads;

namespace Limner.Gateway.Tests.Hostile;

/// <summary>Clients that keep a connection and send next to nothing. The server cuts them off, and others notice nothing.</summary>
public sealed class SlowClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<TcpClient> _sockets = [];
    private RunningGateway _gateway = null!;
    private GatewayClient _slow = null!;

    public async ValueTask InitializeAsync()
    {
        // The shortest times that there may be: what is tested is that somebody looks at a clock, not for how long.
        _gateway = await RunningGateway.StartAsync(
            TestDatabase.Sqlite(), settings: [("Connections:HeadersTimeout", "00:00:01"), ("Connections:LeastBytesPerSecond", "1000"), ("Connections:Grace", "00:00:01.500"), ("Uploads:Timeout", "00:00:05")]);
        _slow = await _gateway.NewTenantAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _slow.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_head_that_does_not_end_is_cut_off()
    {
        NetworkStream stream = await SendAsync("GET /v1/jobs HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        Assert.StartsWith("HTTP/1.1 408", await ReadToEndAsync(stream), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/jobs", "application/json", "{\"prompt\": \"")]
    [InlineData("/v1/images/edits", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n")]
    [InlineData("/v1/images/edits", "application/json", "{\"image\": \"data:")]
    [InlineData("/v1/files", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{\"custom_id\"")]
    [InlineData("/v1/webhooks", "application/json", "{")]
    public async Task A_body_that_hardly_comes_is_cut_off(string path, string type, string begin)
    {
        NetworkStream stream = await SendAsync(Post(path, type, begin));
        string answer = await ReadToEndAsync(stream);
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"upload_timeout\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_of_them_keep_nobody_out()
    {
        for (int i = 0; i < 10; i++)
        {
            await SendAsync(Post("/v1/images/edits", "multipart/form-data; boundary=b", "--b\r\n"));
            await SendAsync("GET /v1/jobs HTTP/1.1\r\nHost: x\r\n");
        }

        using GatewayClient other = await _gateway.NewTenantAsync();
        using MultipartFormDataContent form = new MultipartFormDataContent { { new StringContent("a hat"), "prompt" }, { new StringContent("99"), "n" } }.WithFile("image", TestPictures.Png(64, 64));
        using HttpResponseMessage edit = await other.Http.PostAsync("/v1/images/edits", form, TestContext.Current.CancellationToken);
        Assert.Contains("\"param\":\"n\"", await edit.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await other.SubmitAsync();
        // And every one of them is gone in the end.
        foreach (TcpClient socket in _sockets)
        {
            Assert.Matches("^(HTTP/1.1 (408|429)|$)", await ReadToEndAsync(socket.GetStream()));
        }
    }

    private string Post(string path, string type, string begin) =>
        $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_slow.Key}\r\nContent-Type: {type}\r\nContent-Length: 5000\r\n\r\n{begin}";

    private async Task<NetworkStream> SendAsync(string text)
    {
        var socket = new TcpClient();
        _sockets.Add(socket);
        await socket.ConnectAsync(IPAddress.Loopback, _gateway.Address.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
        return socket.GetStream();
    }

    /// <summary>What comes until the other side closes the connection, which it has to.</summary>
    private static async Task<string> ReadToEndAsync(NetworkStream stream)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        var seen = new MemoryStream();
        try
        {
            await stream.CopyToAsync(seen, limit.Token);
        }
        catch (IOException closed) when (closed.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
        }

        return Encoding.ASCII.GetString(seen.ToArray());
    }
}
