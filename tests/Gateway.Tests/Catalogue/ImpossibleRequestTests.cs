using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Batches;
using Limner.Gateway.Tests.Edits;
using Limner.Gateway.Tests.Files;
using Limner.Gateway.Tests.Sources;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Uploads;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Catalogue;

/// <summary>What the workers that are there cannot do is refused when it is asked for, and not when its turn comes; what nobody knows is accepted.</summary>
public sealed class ImpossibleRequestTests : IAsyncLifetime
{
    private const string Unknown = "The adapter 'oil' was asked for; the model has ink, watercolour.";

    private static readonly string TooLong = string.Join(' ', Enumerable.Repeat("star", 76));

    private static readonly WorkerAnnounced Decoder = new("w1", JobStage.Decoding, 8, "limner-first 2.0.0") { Adapters = ["watercolour", "ink"] };

    private static readonly WorkerAnnounced Encoder = new("w2", JobStage.Encoding, 8, "limner-first 2.0.0") { Adapters = ["watercolour", "ink"], PromptTokens = 75 };

    private readonly ShiftedTime _time = new();
    private RunningGateway _gateway = null!;
    private GatewayClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private WorkerPool Workers => _gateway.Services.GetRequiredService<WorkerPool>();

    public async ValueTask InitializeAsync()
    {
        _gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), _time);
        _client = await _gateway.NewTenantAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task Every_way_to_ask_refuses_an_adapter_that_no_worker_has()
    {
        string image = await DrawAsync();
        Guid failed = await FailAsync();
        await AnnounceAsync(Decoder);
        string picture = SourceTests.DataUrl(TestPictures.Png(64, 64));
        foreach ((string path, object body) in new (string, object)[]
        {
            ("/v1/jobs", new { prompt = "a star", adapter = "oil" }),
            ("/v1/jobs", new { operation = "variation", image = picture, adapter = "oil" }),
            ("/v1/jobs", new { parent = image, prompt = "make it red", adapter = "oil" }),
            ("/v1/jobs", new { operation = "reroll", image }),
            ($"/v1/jobs/{JobId.Format(failed)}/retry", new { }),
            ("/v1/images/generations", new { prompt = "a star", adapter = "oil" }),
            ("/v1/images/generations", new { prompt = "a star", adapter = "oil", stream = true }),
        })
        {
            await RefusedAsync(await _client.Http.PostAsync(path, GatewayClient.Json(JsonSerializer.Serialize(body)), Cancellation), "unknown_adapter", "adapter", Unknown);
        }

        foreach (string path in new[] { "/v1/images/edits", "/v1/images/variations" })
        {
            using MultipartFormDataContent form = new MultipartFormDataContent { { new StringContent("oil"), "adapter" } }.WithFile("image", TestPictures.Png(64, 64));
            if (path.EndsWith("edits", StringComparison.Ordinal))
            {
                form.Add(new StringContent("a hat"), "prompt");
            }

            await RefusedAsync(await _client.Http.PostAsync(path, form, Cancellation), "unknown_adapter", "adapter", Unknown);
        }

        // Nothing was made, and what there is goes on.
        Assert.Equal(2, (await GatewayClient.ReadAsync(await _client.Http.GetAsync("/v1/jobs", Cancellation)))["data"]!.AsArray().Count);
        await _client.SubmitAsync(new { prompt = "a star", adapter = "ink" });
        await _client.SubmitAsync(new { prompt = "a star" });
    }

    [Theory]
    [InlineData("/v1/jobs")]
    [InlineData("/v1/images/generations")]
    public async Task A_batch_with_such_a_line_fails_and_names_it(string endpoint)
    {
        await AnnounceAsync(Decoder, Encoder);
        string file = await _client.UploadAsync(
            BatchClient.Line("r1", """{"prompt":"a star","adapter":"ink"}""", endpoint), BatchClient.Line("r2", """{"prompt":"a star","adapter":"oil"}""", endpoint),
            BatchClient.Line("r3", $$"""{"prompt":"{{TooLong}}"}""", endpoint));
        string id = (string)(await GatewayClient.ReadAsync(await _client.PostBatchAsync(BatchClient.Request(file, endpoint))))["id"]!;

        JsonArray errors = (await _client.WaitBatchAsync(id, "failed"))["errors"]!["data"]!.AsArray();

        Assert.Equal([(2, "unknown_adapter", "adapter"), (3, "prompt_too_long", "prompt")], errors.Select(error => ((int)error!["line"]!, (string)error["code"]!, (string)error["param"]!)));
        Assert.Equal(Unknown, (string)errors[0]!["message"]!);
    }

    [Fact]
    public async Task Where_nobody_can_say_it_is_accepted()
    {
        object oil = new { prompt = "a star", adapter = "oil" };
        await _client.SubmitAsync(oil);
        // One of before adapters were told.
        await AnnounceAsync(Decoder, new WorkerAnnounced("w3", JobStage.Decoding, 8, "limner-first 1.0.0"));
        await _client.SubmitAsync(oil);
        // Those that are gone know nothing of those that come.
        await AnnounceAsync(Decoder);
        _time.Advance(TimeSpan.FromSeconds(21));
        await _client.SubmitAsync(oil);
        // One of several has it: the model is being replaced.
        await AnnounceAsync(Decoder, new WorkerAnnounced("w4", JobStage.Decoding, 8, "limner-first 2.1.0") { Adapters = ["oil"] });
        await _client.SubmitAsync(oil);
    }

    [Fact]
    public async Task The_adapters_there_are_are_named_up_to_twenty()
    {
        await AnnounceAsync(Decoder with { Adapters = [] });
        await RefusedAsync(await _client.PostAsync("""{"prompt":"a star","adapter":"oil"}"""), "unknown_adapter", "adapter", "The adapter 'oil' was asked for; the model has none.");
        await AnnounceAsync(Decoder with { Adapters = [.. Enumerable.Range(10, 32).Select(i => $"a{i}")] });
        await RefusedAsync(
            await _client.PostAsync("""{"prompt":"a star","adapter":"oil"}"""), "unknown_adapter", "adapter",
            $"The adapter 'oil' was asked for; the model has {string.Join(", ", Enumerable.Range(10, 20).Select(i => $"a{i}"))} and 12 more.");
    }

    [Fact]
    public async Task A_prompt_of_more_words_than_the_model_reads_tokens_is_refused()
    {
        await _client.SubmitAsync(new { prompt = TooLong });
        await AnnounceAsync(Encoder);
        const string Says = "The prompt has 76 tokens or more; the model reads at most 75.";
        string body = JsonSerializer.Serialize(new { prompt = TooLong });
        await RefusedAsync(await _client.PostAsync(body), "prompt_too_long", "prompt", Says);
        await RefusedAsync(await _client.Http.PostAsync("/v1/images/generations", GatewayClient.Json(body), Cancellation), "prompt_too_long", "prompt", Says);
        using MultipartFormDataContent form = new MultipartFormDataContent { { new StringContent(TooLong), "prompt" } }.WithFile("image", TestPictures.Png(64, 64));
        await RefusedAsync(await _client.Http.PostAsync("/v1/images/edits", form, Cancellation), "prompt_too_long", "prompt", Says);
        // Enlarging reads no prompt, and 75 fit.
        await _client.SubmitAsync(new { operation = "upscale", prompt = TooLong, image = SourceTests.DataUrl(TestPictures.Png(64, 64)) });
        await _client.SubmitAsync(new { prompt = TooLong[5..] });
    }

    private static async Task RefusedAsync(HttpResponseMessage response, string code, string parameter, string message)
    {
        using (response)
        {
            JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest);
            Assert.Equal((code, parameter, message), ((string)error["code"]!, (string)error["param"]!, (string)error["message"]!));
        }
    }

    /// <summary>These workers and no others are there.</summary>
    private async Task AnnounceAsync(params WorkerAnnounced[] workers)
    {
        _time.Advance(TimeSpan.FromSeconds(21));
        foreach (WorkerAnnounced worker in workers)
        {
            await _gateway.Bus.Publish(worker, Cancellation);
        }

        int slots = workers.Where(worker => worker.Stage == JobStage.Decoding).Sum(worker => worker.Slots);
        await Eventually.TrueAsync(() => (slots == 0 || Workers.Window() == 3 * slots) && Workers.PromptTokens == workers.Max(worker => worker.PromptTokens));
    }

    private async Task<string> DrawAsync()
    {
        Guid job = await _client.SubmitAsync(new { prompt = "a blue house", adapter = "oil" });
        await _gateway.Stages.NextOfAsync(_client.Tenant);
        await _client.ApproveAsync(job);
        await _client.WaitAsync(job, "completed");
        return ImageId.Format(job, 0);
    }

    private async Task<Guid> FailAsync()
    {
        Guid job = await _client.SubmitAsync(new { prompt = "a blue house", adapter = "oil" });
        await _gateway.Bus.Publish(new StageFailed((await _gateway.Stages.NextOfAsync(_client.Tenant)).JobId, null, JobStage.Encoding, "unknown_adapter", "There is none."), Cancellation);
        await _client.WaitAsync(job, "failed");
        return job;
    }
}
