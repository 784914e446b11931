using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Limner.Standalone.Client;

/// <summary>Calls of a service's HTTP API; whatever goes wrong is a <see cref="ServiceException"/>.</summary>
internal sealed class ServiceClient : IDisposable
{
    private const int MostBytes = 64 * 1024 * 1024;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UploadLimit = TimeSpan.FromHours(1);

    private readonly ServiceAddress _address;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public ServiceClient(ServiceAddress address, TimeProvider time)
    {
        (_address, _time) = (address, time);
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15), ConnectCallback = ConnectAsync })
        {
            BaseAddress = address.Server,
            // Each call has its own.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MostBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.Key);
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("limner", Product.Version));
    }

    /// <summary>Whether there was ever an answer: a service that was there is worth waiting for.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>One call with a JSON answer; an empty object where the service answers nothing.</summary>
    /// <param name="method">GET, POST, ...</param>
    /// <param name="path">Below the service's address.</param>
    /// <param name="body">Sent as JSON if there is one.</param>
    /// <param name="idempotencyKey">Makes sending twice the same as sending once.</param>
    /// <param name="stop">Ends the call.</param>
    public async Task<JsonObject> CallAsync(HttpMethod method, string path, JsonObject? body = null, string? idempotencyKey = null, CancellationToken stop = default)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : ContentOf(body);
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await AskAsync(request, Limit, stop);
    }

    /// <summary>Sends a form with a file in it, whose answer is JSON.</summary>
    public async Task<JsonObject> UploadAsync(string path, MultipartFormDataContent form, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        // Who is refused hears so before the file is sent, instead of a broken connection in the middle of it.
        request.Headers.ExpectContinue = true;
        return await AskAsync(request, UploadLimit, stop);
    }

    public async Task<byte[]> DownloadAsync(string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using HttpResponseMessage response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, Limit, stop);
        return await response.Content.ReadAsByteArrayAsync(stop);
    }

    /// <summary>The same for a file of any length.</summary>
    public async Task DownloadAsync(string path, Stream to, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using HttpResponseMessage response = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Limit, stop);
        await using Stream from = await response.Content.ReadAsStreamAsync(stop);
        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = await ReadAsync(from, buffer, stop)) > 0;)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
        }
    }

    /// <summary>A job's events after the one called <paramref name="last"/>; null if there will be none.</summary>
    public async Task<HttpResponseMessage?> OpenEventsAsync(string job, string? last, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/jobs/{Uri.EscapeDataString(job)}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (last is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        }

        HttpResponseMessage response = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Limit, stop);
        switch (response)
        {
            case { StatusCode: System.Net.HttpStatusCode.NoContent }:
                response.Dispose();
                return null;
            case { Content.Headers.ContentType.MediaType: "text/event-stream" }:
                return response;
            default:
                response.Dispose();
                throw ServiceFault.NotLimner(_address, response.StatusCode);
        }
    }

    public ServiceException Broken(Exception problem) => ServiceFault.Broken(_address, problem);

    public void Dispose() => _http.Dispose();

    private async Task<JsonObject> AskAsync(HttpRequestMessage request, TimeSpan limit, CancellationToken stop)
    {
        using HttpResponseMessage response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, limit, stop);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(stop);
        try
        {
            return answer.Length == 0 ? [] : JsonNode.Parse(answer) as JsonObject ?? throw ServiceFault.NotLimner(_address, response.StatusCode);
        }
        catch (JsonException)
        {
            throw ServiceFault.NotLimner(_address, response.StatusCode);
        }
    }

    // Where it is read and where it is written fail alike; only the one is the service's fault.
    private async Task<int> ReadAsync(Stream from, byte[] buffer, CancellationToken stop)
    {
        try
        {
            return await from.ReadAsync(buffer, stop);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw Broken(broken);
        }
    }

    /// <param name="request">What is sent.</param>
    /// <param name="completion">When it is over.</param>
    /// <param name="limit">For how long it is waited for: of a stream, until it begins.</param>
    /// <param name="stop">Ends the call.</param>
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, TimeSpan limit, CancellationToken stop)
    {
        HttpResponseMessage response;
        using var late = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            response = await _http.SendAsync(request, completion, either.Token);
        }
        catch (HttpRequestException problem)
        {
            throw ServiceFault.Broken(_address, problem);
        }
        catch (TaskCanceledException problem) when (!stop.IsCancellationRequested)
        {
            throw ServiceFault.Late(_address, problem);
        }

        HasAnswered = true;
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ServiceFault.ReadAsync(_address, response, _time, stop);
        }
    }

    // With its length, so that a service refuses one that is too long before it has read it; and without escapes, since base64 is full of plus signs.
    private static ByteArrayContent ContentOf(JsonObject body) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, Plain)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    // A stream may be silent for long. Whether its other end is still there is for TCP to ask: a machine that vanished sends no farewell.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
