using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.Clients.Tests;

/// <summary>A user's server. It keeps each call as it came, in a file that other languages read too.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("limner-calls-");
    private readonly Channel<ReceivedCall> _calls = Channel.CreateUnbounded<ReceivedCall>();
    private readonly WebApplication _server;

    private WebhookReceiver()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var call = new ReceivedCall(http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), await reader.ReadToEndAsync());
            await _calls.Writer.WriteAsync(call);
        });
    }

    public string Url => _server.Urls.First();

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        await receiver._server.StartAsync();
        return receiver;
    }

    /// <summary>The next call of a type, of one job if it is given, and the file it is in.</summary>
    public async Task<(ReceivedCall Call, string File)> NextAsync(string type, string? job = null)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (true)
        {
            ReceivedCall call = await _calls.Reader.ReadAsync(limit.Token);
            if (call.Type == type && (job is null || call.IsAbout(job)))
            {
                string file = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.json");
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(call, JsonSerializerOptions.Web), limit.Token);
                return (call, file);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

internal sealed record ReceivedCall(IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Type => JsonDocument.Parse(Body).RootElement.GetProperty("type").GetString()!;

    public bool IsAbout(string job) => JsonDocument.Parse(Body).RootElement.GetProperty("data").GetProperty("id").GetString() == job;
}
