using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>What a killed server owes is told by the next one.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<(string Id, JsonElement Told)> _calls = new();
    private readonly WebApplication _receiver;
    private volatile bool _isWell;

    public WebhookTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.Run(async http =>
        {
            if (!_isWell)
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            _calls.Enqueue((http.Request.Headers["webhook-id"].ToString(), await http.Request.ReadFromJsonAsync<JsonElement>()));
        });
    }

    public async ValueTask InitializeAsync() => await _receiver.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task A_kill_between_a_jobs_end_and_its_webhook_loses_nothing()
    {
        (string, string)[] settings = [("Outbound__AllowedNetworks", "127.0.0.0/8"), ("Webhooks__FirstRetry", "00:00:01"), ("Webhooks__CircuitPause", "00:00:01")];
        using var folder = new TemporaryFolder();
        string key, job;
        using (ServingLimner killed = await ServingLimner.StartAsync(folder, settings: settings))
        {
            key = killed.Key!;
            using HttpResponseMessage made = await killed.Client.Http.PostAsJsonAsync("v1/webhooks", new { url = _receiver.Urls.First() }, TestContext.Current.CancellationToken);
            Assert.Equal(201, (int)made.StatusCode);
            job = await killed.Client.SubmitAsync(new { prompt = "a red fox", seed = 1, steps = 10, size = "64x64" });
            await killed.Client.WatchToEndAsync(job);
            await killed.KillAsync();
        }

        Assert.Empty(_calls);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(folder.At("data/webhooks.key")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        _isWell = true;
        using ServingLimner next = await ServingLimner.StartAsync(folder, key, settings);
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        JsonElement delivery;
        do
        {
            await Task.Delay(Pause, TimeProvider.System, limit.Token);
            JsonElement page = await next.Client.Http.GetFromJsonAsync<JsonElement>("v1/webhooks/deliveries", TestContext.Current.CancellationToken);
            delivery = Assert.Single(page.GetProperty("data").EnumerateArray());
        }
        while (delivery.GetProperty("status").GetString() == "pending");

        Assert.Equal("delivered", delivery.GetProperty("status").GetString());
        (string id, JsonElement told) = Assert.Single(_calls);
        Assert.Equal((delivery.GetProperty("event_id").GetString(), "job.completed", job), (id, told.GetProperty("type").GetString(), told.GetProperty("data").GetProperty("id").GetString()));
    }
}
