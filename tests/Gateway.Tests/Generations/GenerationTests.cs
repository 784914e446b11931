using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.Imaging;
using Limner.Imaging.Uploads;

namespace Limner.Gateway.Tests.Generations;

public abstract class GenerationTests(SharedGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    [Fact]
    public async Task Pictures_come_in_base64_with_what_they_were_asked_for()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        JsonObject answer = await images.DrawAsync("""{"prompt":"two stars","n":2,"size":"64x64","response_format":"b64_json","seed":7}""");

        Assert.Equal(["created", "data", "size", "quality", "background", "output_format", "usage"], answer.Select(field => field.Key));
        Assert.Equal(("64x64", "medium", "opaque", "png"), ((string)answer["size"]!, (string)answer["quality"]!, (string)answer["background"]!, (string)answer["output_format"]!));
        JsonArray data = answer["data"]!.AsArray();
        Assert.Equal(2, data.Count);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(["b64_json"], data[i]!.AsObject().Select(field => field.Key));
            Assert.Equal(RunningGateway.PictureOf(i), Convert.FromBase64String((string)data[i]!["b64_json"]!));
        }

        // Nine tokens of the prompt; 64 by 64 pixels are four patches.
        JsonObject usage = answer["usage"]!.AsObject();
        Assert.Equal((9, 8, 17), ((int)usage["input_tokens"]!, (int)usage["output_tokens"]!, (int)usage["total_tokens"]!));
        Assert.Equal((9, 0), ((int)usage["input_tokens_details"]!["text_tokens"]!, (int)usage["input_tokens_details"]!["image_tokens"]!));
    }

    [Theory]
    [InlineData("jpeg", 80, ImageFormat.Jpeg)]
    [InlineData("webp", 30, ImageFormat.Webp)]
    [InlineData("png", 100, ImageFormat.Png)]
    public async Task Pictures_come_in_the_format_that_was_asked_for(string name, int compression, ImageFormat format)
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        JsonObject answer = await images.DrawAsync($$"""{"prompt":"a star","model":"gpt-image-1","output_format":"{{name}}","output_compression":{{compression}},"background":"auto","moderation":"low"}""");

        Assert.Equal(name, (string)answer["output_format"]!);
        ImageHeader header = UploadedImage.Check(Convert.FromBase64String((string)answer["data"]![0]!["b64_json"]!), 64 * 64);
        Assert.Equal((format, 64, 64), (header.Format, header.Width, header.Height));
    }

    [Fact]
    public async Task A_revised_prompt_is_the_prompt()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        JsonObject answer = await images.DrawAsync("""{"prompt":"a \"red\" star","model":"dall-e-3","response_format":"b64_json","style":"vivid","quality":"hd"}""");

        Assert.Equal("a \"red\" star", (string)answer["data"]![0]!["revised_prompt"]!);
        Assert.Equal("hd", (string)answer["quality"]!);
    }

    [Fact]
    public async Task A_form_means_the_same_as_JSON()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        using var form = new MultipartFormDataContent { { new StringContent("a star"), "prompt" }, { new StringContent("2"), "n" }, { new StringContent("18446744073709551615"), "seed" }, { new StringContent("2.5"), "guidance" } };
        Task<HttpResponseMessage> asking = images.Client.Http.PostAsync("/v1/images/generations", form, TestContext.Current.CancellationToken);
        JobDescription job = await images.NextJobAsync();
        Assert.Equal((2, ulong.MaxValue, 2.5f), (job.Request.Candidates, job.Request.Seed, job.Request.Guidance));
        await images.Client.ApproveAsync(job.JobId, 0);
        await images.Client.ApproveAsync(job.JobId, 1);
        using HttpResponseMessage response = await asking;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task What_was_refused_is_left_out_and_all_refused_is_an_error()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Task<HttpResponseMessage> some = images.AskAsync("""{"prompt":"two stars","n":2,"response_format":"b64_json"}""");
        JobDescription job = await images.NextJobAsync();
        await RefuseAsync(images, job, 0);
        await images.Client.ApproveAsync(job.JobId, 1);
        using HttpResponseMessage response = await some;
        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(RunningGateway.PictureOf(1), Convert.FromBase64String((string)answer["data"]!.AsArray().Single()!["b64_json"]!));

        Task<HttpResponseMessage> none = images.AskAsync("""{"prompt":"a star"}""");
        await RefuseAsync(images, await images.NextJobAsync(), 0);
        JsonObject error = await SubmissionTests.ReadErrorAsync(await none, HttpStatusCode.BadRequest);
        Assert.Equal("content_policy_violation", (string)error["code"]!);
        Assert.Contains("violence", (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_prompt_and_a_failed_stage_are_errors_with_a_status()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        foreach ((Func<Guid, object> say, HttpStatusCode status, string code, string? parameter) in new (Func<Guid, object>, HttpStatusCode, string, string?)[]
        {
            (job => new PromptRejected(job, new Verdict("hate", "2026-11")), HttpStatusCode.BadRequest, "content_policy_violation", null),
            (job => new StageFailed(job, null, JobStage.Encoding, "prompt_too_long", "The prompt has 90 tokens."), HttpStatusCode.BadRequest, "prompt_too_long", "prompt"),
            (job => new StageFailed(job, 0, JobStage.Decoding, "invalid_steps", "So many steps there are not."), HttpStatusCode.BadRequest, "invalid_steps", "steps"),
            (job => new StageFailed(job, 0, JobStage.Decoding, "invalid_mask", "Nothing is left to draw."), HttpStatusCode.BadRequest, "invalid_mask", "mask"),
            (job => new StageFailed(job, null, JobStage.Encoding, "missing_model_part", "This model has no image_encoder/."), HttpStatusCode.BadRequest, "missing_model_part", null),
            (job => new StageFailed(job, 0, JobStage.ImageModeration, "image_missing", "The image is gone."), HttpStatusCode.InternalServerError, "image_missing", null),
        })
        {
            Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"a star"}""");
            await _gateway.Bus.Publish(say((await images.NextJobAsync()).JobId), TestContext.Current.CancellationToken);
            JsonObject error = await SubmissionTests.ReadErrorAsync(await asking, status);
            Assert.Equal((code, parameter), ((string)error["code"]!, (string?)error["param"]));
        }
    }

    [Fact]
    public async Task A_cancelled_job_is_gone()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"a star"}""");
        Guid job = (await images.NextJobAsync()).JobId;
        (await images.Client.Http.DeleteAsync($"/v1/jobs/{Limner.Gateway.Jobs.JobId.Format(job)}", TestContext.Current.CancellationToken)).Dispose();

        Assert.Equal("job_cancelled", (string)(await SubmissionTests.ReadErrorAsync(await asking, HttpStatusCode.Gone))["code"]!);
    }

    [Theory]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-2\",\"style\":\"vivid\"}", 400, "unknown_parameter", "style")]
    [InlineData("{\"prompt\":\"a\",\"size\":\"1792x512\"}", 400, "invalid_value", "size")]
    [InlineData("{\"prompt\":\"a\",\"n\":11}", 400, "invalid_value", "n")]
    [InlineData("{", 400, "invalid_json", null)]
    public async Task What_is_wrong_is_said_in_the_envelope(string body, int status, string code, string? parameter)
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        JsonObject error = await SubmissionTests.ReadErrorAsync(await images.AskAsync(body), (HttpStatusCode)status);
        Assert.Equal((code, parameter), ((string)error["code"]!, (string?)error["param"]));
    }

    private async Task RefuseAsync(ImagesClient images, JobDescription job, int candidate) => await _gateway.Bus.Publish(
        new ImageRejected(job.JobId, candidate, await _gateway.DrawAsync(images.Client.Tenant, job.JobId, candidate), new Verdict("violence", "2026-11"), new WorkDone(10, 1, 1)),
        TestContext.Current.CancellationToken);
}

public sealed class GenerationOnSqliteTests(SqliteGateway shared) : GenerationTests(shared);

public sealed class GenerationOnPostgresTests(PostgresGateway shared) : GenerationTests(shared);
