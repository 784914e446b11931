using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Images;
using Limner.Gateway.Jobs;

namespace Limner.Gateway.Tests.Application;

/// <summary>What a tenant does, over HTTP.</summary>
internal sealed class GatewayClient : IDisposable
{
    private static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(3);

    private readonly RunningGateway _gateway;

    public GatewayClient(RunningGateway gateway, string tenant, string key)
    {
        _gateway = gateway;
        (Tenant, Key) = (tenant, key);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = gateway.Address, Timeout = TimeSpan.FromSeconds(90) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public string Tenant { get; }

    public string Key { get; }

    public HttpClient Http { get; }

    /// <summary>The same tenant at another Gateway.</summary>
    public GatewayClient At(RunningGateway gateway) => new(gateway, Tenant, Key);

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public Task<HttpResponseMessage> PostAsync(string body, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = Json(body) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <returns>The id of the accepted job.</returns>
    public async Task<Guid> SubmitAsync(object? body = null)
    {
        using HttpResponseMessage response = await PostAsync(JsonSerializer.Serialize(body ?? new { prompt = "a red star", size = "64x64" }));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return JobId.Parse((string)(await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["id"]!)!.Value;
    }

    public async Task<JsonObject> GetAsync(Guid job) => await ReadAsync(await Http.GetAsync($"/v1/jobs/{JobId.Format(job)}", TestContext.Current.CancellationToken));

    public static async Task<JsonObject> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        }
    }

    public async Task<JsonObject> WaitAsync(Guid job, string status)
    {
        JsonObject? view = null;
        await Eventually.TrueAsync(async () => (string)(view = await GetAsync(job))["status"]! == status);
        return view!;
    }

    /// <summary>Draws a candidate and lets moderation approve it.</summary>
    public async Task ApproveAsync(Guid job, int candidate = 0) => await _gateway.Bus.Publish(
        new ImageApproved(job, candidate, await _gateway.DrawAsync(Tenant, job, candidate), new WorkDone(10, 40960, 0.5, PromptTokens: 9)), TestContext.Current.CancellationToken);

    /// <summary>Reads a job's event stream to its end, or until <paramref name="enough"/>.</summary>
    public async Task<List<SseItem<JsonObject>>> StreamAsync(Guid job, string? lastEventId = null, Func<SseItem<JsonObject>, bool>? enough = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{JobId.Format(job)}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        // One that never ends fails this test and not the whole run.
        using var limit = new CancellationTokenSource(LongestStream, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, TestContext.Current.CancellationToken);
        using HttpResponseMessage response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using Stream stream = await response.Content.ReadAsStreamAsync(either.Token);
        var items = new List<SseItem<JsonObject>>();
        await foreach (SseItem<JsonObject> item in SseParser.Create(stream, (_, data) => JsonNode.Parse(data)!.AsObject()).EnumerateAsync(either.Token))
        {
            items.Add(item);
            if (enough?.Invoke(item) == true)
            {
                break;
            }
        }

        return items;
    }

    public void Dispose() => Http.Dispose();
}
