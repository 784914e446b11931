using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Gateway.EventStreams;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Edits;
using Limner.Gateway.Tests.Generations;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Uploads;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.EventStreams;

/// <summary>How many streams are open at once, and that each gives its place back however it ends.</summary>
public sealed class StreamLimitTests : IAsyncLifetime
{
    private const string Streamed = """{"prompt":"a star","stream":true}""";

    private RunningGateway _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Connections:MaxStreams", "2"), ("Connections:MaxStreamsPerTenant", "1")]);

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task A_tenant_and_all_together_have_no_more_than_so_many()
    {
        using GatewayClient one = await _gateway.NewTenantAsync(), two = await _gateway.NewTenantAsync(), three = await _gateway.NewTenantAsync();
        using HttpResponseMessage first = await OpenAsync(one);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await RefusedAsync(await OpenAsync(one), "1 event streams of this tenant");
        // Another key is the same tenant.
        using GatewayClient colleague = await _gateway.NewKeyAsync(new KeyTerms(one.Tenant, Scopes.Read | Scopes.Generate));
        await RefusedAsync(await OpenAsync(colleague), "1 event streams of this tenant");

        using HttpResponseMessage second = await OpenAsync(two);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await RefusedAsync(await OpenAsync(three), "2 event streams are open");
    }

    [Fact]
    public async Task Streamed_pictures_are_streams_too_and_who_is_refused_made_no_job()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        using HttpResponseMessage first = await OpenAsync(images.Client);
        await RefusedAsync(await images.AskAsync(Streamed), "1 event streams of this tenant");
        using MultipartFormDataContent form = new MultipartFormDataContent { { new StringContent("a hat"), "prompt" }, { new StringContent("true"), "stream" } }.WithFile("image", TestPictures.Png(64, 64));
        await RefusedAsync(await images.Client.Http.PostAsync("/v1/images/edits", form, Cancellation), "1 event streams of this tenant");

        JsonArray jobs = (await GatewayClient.ReadAsync(await images.Client.Http.GetAsync("/v1/jobs", Cancellation)))["data"]!.AsArray();
        Assert.Single(jobs); // the one that is watched
        // Who waits without a stream is none.
        await images.NextJobAsync();
        await images.DrawAsync("""{"prompt":"a star","response_format":"b64_json"}""");
    }

    [Fact]
    public async Task The_end_of_the_job_frees_the_place_before_the_client_sees_it()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        for (int i = 0; i < 3; i++)
        {
            Guid job = await images.Client.SubmitAsync();
            await images.Client.WaitAsync(job, "running");
            Task<List<System.Net.ServerSentEvents.SseItem<JsonObject>>> reading = images.Client.StreamAsync(job);
            await images.Client.ApproveAsync(job);
            Assert.Equal("job.completed", (await reading)[^1].EventType);
        }

        await images.NextJobAsync();
        await images.NextJobAsync();
        await images.NextJobAsync();
        for (int i = 0; i < 2; i++)
        {
            Task<HttpResponseMessage> asking = images.AskAsync(Streamed);
            await images.Client.ApproveAsync((await images.NextJobAsync()).JobId);
            using HttpResponseMessage response = await asking;
            Assert.Contains("image_generation.completed", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_who_leaves_frees_his_place(bool generates)
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        if (generates)
        {
            // Before its first byte.
            Task<HttpResponseMessage> asking = images.AskAsync(Streamed, cancellation: leave.Token);
            await images.NextJobAsync();
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }
        else
        {
            (await OpenAsync(images.Client)).Dispose();
        }

        await FreeAsync(images.Client);
    }

    [Fact]
    public async Task What_fails_before_the_first_byte_frees_its_place()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Task<HttpResponseMessage> asking = images.AskAsync(Streamed);
        await _gateway.Bus.Publish(new PromptRejected((await images.NextJobAsync()).JobId, new Verdict("hate", "2026-11")), Cancellation);
        Assert.Equal("content_policy_violation", (string)(await SubmissionTests.ReadErrorAsync(await asking, HttpStatusCode.BadRequest))["code"]!);
        using HttpResponseMessage none = await images.AskAsync("""{"prompt":"make it red","parent":"img_none","stream":true}""");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        using MultipartFormDataContent form = new MultipartFormDataContent { { new StringContent("a hat"), "prompt" }, { new StringContent("true"), "stream" }, { new StringContent("https://127.0.0.1/"), "webhook_url" } }.WithFile("image", TestPictures.Png(64, 64));
        using HttpResponseMessage unfit = await images.Client.Http.PostAsync("/v1/images/edits", form, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, unfit.StatusCode);
        using HttpResponseMessage missing = await images.Client.Http.GetAsync($"/v1/jobs/{JobId.Format(Guid.NewGuid())}/events", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);

        await FreeAsync(images.Client);
    }

    [Fact]
    public async Task A_key_that_is_revoked_frees_the_place_of_its_stream()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        using GatewayClient other = await _gateway.NewKeyAsync(new KeyTerms(client.Tenant, Scopes.Read | Scopes.Generate));
        Guid job = await client.SubmitAsync();
        Task<List<System.Net.ServerSentEvents.SseItem<JsonObject>>> reading = client.StreamAsync(job);
        await Eventually.TrueAsync(() => !IsFree(client.Tenant));
        Guid key = (await _gateway.Services.GetRequiredService<KeyDirectory>().FindAsync(client.Key, Cancellation))!.KeyId;
        await _gateway.Services.GetRequiredService<KeyLedger>().RevokeAsync(key, Cancellation);
        await reading;

        await FreeAsync(other);
    }

    private static async Task RefusedAsync(HttpResponseMessage response, string says)
    {
        using (response)
        {
            JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.TooManyRequests);
            Assert.Equal(("too_many_streams", "rate_limit_error"), ((string)error["code"]!, (string)error["type"]!));
            Assert.StartsWith(says, (string)error["message"]!, StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(10), response.Headers.RetryAfter!.Delta);
        }
    }

    private static async Task<HttpResponseMessage> OpenAsync(GatewayClient client)
    {
        Guid job = await client.SubmitAsync();
        return await client.Http.GetAsync($"/v1/jobs/{JobId.Format(job)}/events", HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    /// <summary>The place is free again, and somebody has it then.</summary>
    private async Task FreeAsync(GatewayClient client)
    {
        await Eventually.TrueAsync(() => IsFree(client.Tenant));
        using HttpResponseMessage next = await OpenAsync(client);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private bool IsFree(string tenant)
    {
        try
        {
            _gateway.Services.GetRequiredService<OpenStreams>().Enter(tenant).Dispose();
            return true;
        }
        catch (Limner.Gateway.Errors.ApiException)
        {
            return false;
        }
    }
}
