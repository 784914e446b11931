using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Limner.Faults.Tests.Histories;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Limner.Faults.Tests.Workload;

/// <summary>A caller's own server, which is told of every end, refuses some calls, leaves some without an answer, and remembers all.</summary>
internal sealed class WebhookWitness : IAsyncDisposable
{
    private const int OneIn = 10;

    /// <summary>Of one webhook: pauses grow fourfold, and after six failures they would be longer than anything here may stand still.</summary>
    private const int MostRefusals = 3;

    private readonly ConcurrentBag<CallRow> _calls = [];
    private readonly WebApplication _server;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _refused = [];
    private readonly Random _random;
    private byte[] _secret = [];

    private WebhookWitness(int seed)
    {
        _random = new Random(seed);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(HearAsync);
    }

    public IReadOnlyList<CallRow> Calls => [.. _calls];

    public static async Task<WebhookWitness> StartAsync(HttpClient gateway, int seed)
    {
        var witness = new WebhookWitness(seed);
        await witness._server.StartAsync();
        using HttpResponseMessage made = await gateway.PostAsJsonAsync("v1/webhooks", new { url = witness._server.Urls.First() });
        JsonElement endpoint = await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        witness._secret = Convert.FromBase64String(endpoint.GetProperty("secret").GetString()!["whsec_".Length..]);
        return witness;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HearAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        string body = await reader.ReadToEndAsync(http.RequestAborted);
        string id = http.Request.Headers["webhook-id"].ToString();
        byte[] signed = Encoding.UTF8.GetBytes($"{id}.{http.Request.Headers["webhook-timestamp"]}.{body}");
        bool isGenuine = http.Request.Headers["webhook-signature"] == "v1," + Convert.ToBase64String(HMACSHA256.HashData(_secret, signed));
        JsonElement told = JsonDocument.Parse(body).RootElement;
        int chance;
        lock (_lock)
        {
            chance = _random.Next(OneIn);
            int refused = _refused.GetValueOrDefault(id);
            if (chance <= 1)
            {
                (chance, _refused[id]) = refused < MostRefusals ? (chance, refused + 1) : (OneIn, refused);
            }
        }

        _calls.Add(new CallRow(Guid.ParseExact(told.GetProperty("data").GetProperty("id").GetString()!["job_".Length..], "N"), told.GetProperty("type").GetString()!, id, isGenuine, IsTaken: chance > 1));
        http.Response.StatusCode = chance == 0 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status204NoContent;
        if (chance == 1)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
