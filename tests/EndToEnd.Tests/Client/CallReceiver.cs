using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.EndToEnd.Tests.Client;

/// <summary>A user's server that webhooks call.</summary>
internal sealed class CallReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Channel<ReceivedCall> _calls = Channel.CreateUnbounded<ReceivedCall>();
    private readonly WebApplication _server;

    private CallReceiver()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var headers = http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
            await _calls.Writer.WriteAsync(new ReceivedCall(headers, await reader.ReadToEndAsync()));
        });
    }

    public string Url => _server.Urls.First();

    public static async Task<CallReceiver> StartAsync()
    {
        var receiver = new CallReceiver();
        await receiver._server.StartAsync();
        return receiver;
    }

    public async Task<ReceivedCall> NextAsync()
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        return await _calls.Reader.ReadAsync(limit.Token);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <param name="Headers">By name in lower case.</param>
/// <param name="Body">As it came.</param>
internal sealed record ReceivedCall(IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Id => Headers["webhook-id"];

    public string Timestamp => Headers["webhook-timestamp"];

    public string Signature => Headers["webhook-signature"];
}
