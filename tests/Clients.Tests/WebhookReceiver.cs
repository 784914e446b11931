using System.Text.Json;
using Limner.EndToEnd.Tests.Client;

namespace Limner.Clients.Tests;

/// <summary>A user's server. It keeps each call as it came, in a file that other languages read too.</summary>
internal sealed class WebhookReceiver(CallReceiver calls) : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("limner-calls-");

    public string Url => calls.Url;

    public static async Task<WebhookReceiver> StartAsync() => new(await CallReceiver.StartAsync());

    /// <summary>The next call of a type, of one job if it is given, and the file it is in.</summary>
    public async Task<(ReceivedCall Call, string File)> NextAsync(string type, string? job = null)
    {
        while (true)
        {
            ReceivedCall call = await calls.NextAsync();
            JsonElement told = JsonDocument.Parse(call.Body).RootElement;
            if (told.GetProperty("type").GetString() == type && (job is null || told.GetProperty("data").GetProperty("id").GetString() == job))
            {
                string file = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.json");
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(call, JsonSerializerOptions.Web), TestContext.Current.CancellationToken);
                return (call, file);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await calls.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
