using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.Imaging;
using Limner.Imaging.Uploads;
using Limner.ServiceDefaults.Progress;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Generations;

public sealed class StreamTests(SqliteGateway shared)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly RunningGateway _gateway = shared.Gateway;

    [Fact]
    public async Task Previews_and_pictures_come_as_events_with_OpenAIs_fields()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"two stars","model":"gpt-image-1","n":2,"stream":true,"partial_images":1,"output_format":"webp","quality":"high"}""");
        JobDescription job = await images.NextJobAsync();
        IProgressChannel channel = _gateway.Services.GetRequiredService<IProgressChannel>();
        // Told until somebody listens, and one of it is enough.
        while (!asking.IsCompleted)
        {
            _ = channel.PublishAsync(new JobProgress(job.JobId, 1, JobStage.Decoding, 7, 10, RunningGateway.PictureOf(1)));
            await Task.WhenAny(asking, Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await images.Client.ApproveAsync(job.JobId, 1);
        await images.Client.ApproveAsync(job.JobId, 0);
        using HttpResponseMessage response = await asking;
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        List<SseItem<JsonObject>> events = await ReadAsync(response);

        Assert.Equal(["image_generation.partial_image", "image_generation.completed", "image_generation.completed"], events.Select(item => item.EventType));
        Assert.All(events, item => Assert.Equal(item.EventType, (string)item.Data["type"]!));
        Assert.Equal(["type", "b64_json", "created_at", "size", "quality", "background", "output_format", "partial_image_index"], events[0].Data.Select(field => field.Key));
        Assert.Equal(["type", "b64_json", "created_at", "size", "quality", "background", "output_format", "usage"], events[1].Data.Select(field => field.Key));
        Assert.Equal((0, "1024x1024", "high", "webp"), ((int)events[0].Data["partial_image_index"]!, (string)events[0].Data["size"]!, (string)events[0].Data["quality"]!, (string)events[0].Data["output_format"]!));
        // The preview has the size that the event says.
        ImageHeader preview = UploadedImage.Check(Convert.FromBase64String((string)events[0].Data["b64_json"]!), 1 << 20);
        Assert.Equal((ImageFormat.Webp, 1024, 1024), (preview.Format, preview.Width, preview.Height));
        Assert.Equal(ImageFormat.Webp, ImageHeader.Read(Convert.FromBase64String((string)events[1].Data["b64_json"]!)).Format);
        Assert.Equal((9, 4, 13), ((int)events[1].Data["usage"]!["input_tokens"]!, (int)events[1].Data["usage"]!["output_tokens"]!, (int)events[1].Data["usage"]!["total_tokens"]!));
    }

    [Fact]
    public async Task Partial_images_are_spread_over_the_steps()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"a star","size":"64x64","stream":true,"partial_images":3}""");
        JobDescription job = await images.NextJobAsync();
        IProgressChannel channel = _gateway.Services.GetRequiredService<IProgressChannel>();
        await Eventually.TrueAsync(() => channel.PublishAsync(new JobProgress(job.JobId, 0, JobStage.Decoding, 1, 10, null)));
        for (int step = 1; step <= 10; step++)
        {
            await channel.PublishAsync(new JobProgress(job.JobId, 0, JobStage.Decoding, step, 10, RunningGateway.PictureOf(step)));
        }

        // Three events have begun the response before the job ends.
        using HttpResponseMessage response = await asking;
        await images.Client.ApproveAsync(job.JobId);
        List<SseItem<JsonObject>> events = await ReadAsync(response);

        // The steps from which on a quarter, a half and three quarters are done.
        Assert.Equal([3, 5, 8], events.SkipLast(1).Select(item => StepOf(Convert.FromBase64String((string)item.Data["b64_json"]!))));
        Assert.Equal([0, 1, 2], events.SkipLast(1).Select(item => (int)item.Data["partial_image_index"]!));

        static int StepOf(byte[] png) => (PngDecoder.Decode(png, 64).Pixels[0] - 40) / 20;
    }

    [Fact]
    public async Task Without_partial_images_there_is_one_event_for_each_picture()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"a star","stream":true}""");
        JobDescription job = await images.NextJobAsync();
        _ = _gateway.Services.GetRequiredService<IProgressChannel>().PublishAsync(new JobProgress(job.JobId, 0, JobStage.Decoding, 7, 10, RunningGateway.PictureOf(0)));
        await images.Client.ApproveAsync(job.JobId);
        SseItem<JsonObject> only = Assert.Single(await ReadAsync(await asking));

        Assert.Equal("image_generation.completed", only.EventType);
        Assert.Equal(RunningGateway.PictureOf(0), Convert.FromBase64String((string)only.Data["b64_json"]!));
        // Nobody was let go before: there is nothing to forget.
        Assert.Equal(0, Deletions.CountOf(job.JobId));
    }

    [Fact]
    public async Task What_is_refused_before_anything_was_sent_is_an_error_with_a_status()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"a star","stream":true}""");
        Guid job = (await images.NextJobAsync()).JobId;
        await _gateway.Bus.Publish(new PromptRejected(job, new Verdict("hate", "2026-11")), TestContext.Current.CancellationToken);

        using HttpResponseMessage response = await asking;
        Assert.Equal("content_policy_violation", (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest))["code"]!);
        Assert.Equal((JobId.Format(job), "false"), (response.Headers.GetValues("x-job-id").Single(), response.Headers.GetValues("x-should-retry").Single()));
    }

    [Fact]
    public async Task While_it_is_drawn_a_sign_of_life_comes_though_there_are_no_previews()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"a star","stream":true}""");
        JobDescription job = await images.NextJobAsync();
        IProgressChannel channel = _gateway.Services.GetRequiredService<IProgressChannel>();
        for (int step = 1; !asking.IsCompleted; step++)
        {
            await channel.PublishAsync(new JobProgress(job.JobId, 0, JobStage.Decoding, step, 10_000, null));
            await Task.WhenAny(asking, Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await images.Client.ApproveAsync(job.JobId);
        using HttpResponseMessage response = await asking;
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(": still here\n\n", text, StringComparison.Ordinal);
        Assert.Contains("event: image_generation.completed\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_later_is_an_event()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"a star","stream":true,"partial_images":2}""");
        JobDescription job = await images.NextJobAsync();
        IProgressChannel channel = _gateway.Services.GetRequiredService<IProgressChannel>();
        while (!asking.IsCompleted)
        {
            _ = channel.PublishAsync(new JobProgress(job.JobId, 0, JobStage.Decoding, 7, 10, RunningGateway.PictureOf(0)));
            await Task.WhenAny(asking, Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await _gateway.Bus.Publish(new StageFailed(job.JobId, 0, JobStage.Decoding, "stage_failed", "The image could not be drawn."), TestContext.Current.CancellationToken);
        List<SseItem<JsonObject>> events = await ReadAsync(await asking);

        Assert.Equal("error", events[^1].EventType);
        Assert.Equal(("stage_failed", "server_error"), ((string)events[^1].Data["error"]!["code"]!, (string)events[^1].Data["error"]!["type"]!));
        Assert.Equal(["type", "message", "param", "code"], events[^1].Data["error"]!.AsObject().Select(field => field.Key));
    }

    [Fact]
    public async Task A_stream_ends_when_its_key_is_revoked_and_its_job_goes_on()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"a star","stream":true}""");
        JobDescription job = await images.NextJobAsync();
        Guid key = (await _gateway.Services.GetRequiredService<KeyDirectory>().FindAsync(images.Client.Key, TestContext.Current.CancellationToken))!.KeyId;
        await _gateway.Services.GetRequiredService<KeyLedger>().RevokeAsync(key, TestContext.Current.CancellationToken);

        // Nothing was sent yet, so it is an answer like any other.
        using HttpResponseMessage response = await asking;
        Assert.Equal("invalid_api_key", (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.Unauthorized))["code"]!);
        await using GatewayContext context = _gateway.Database.Read();
        Assert.Equal(JobState.Running, (await context.Jobs.SingleAsync(row => row.Id == job.JobId, TestContext.Current.CancellationToken)).State);
    }

    private static async Task<List<SseItem<JsonObject>>> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await using Stream stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            return await SseParser.Create(stream, (_, data) => JsonNode.Parse(data)!.AsObject()).EnumerateAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        }
    }
}
