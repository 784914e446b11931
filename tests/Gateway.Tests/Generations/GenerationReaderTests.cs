using System.Text;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Gateway.Catalogue;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.Generations;
using Limner.Gateway.Submissions;
using Limner.Imaging;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Generations;

/// <summary>Every parameter of OpenAI's families, with its bounds.</summary>
public sealed class GenerationReaderTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_prompt_alone_is_enough()
    {
        Generation read = Read("""{"prompt":"a red star"}""");

        Assert.Equal(("a red star", "", 1, "1024x1024", (int?)null, (float?)null), (read.Submission.Prompt, read.Submission.NegativePrompt, read.Submission.Count, SizeOf(read.Submission), read.Submission.Steps, read.Submission.Guidance));
        Assert.Equal(new Delivery { Format = ImageFormat.Png, Quality = 100, AsUrl = true, QualityName = "medium" }, read.Delivery);
        Assert.Equal((JobPriority.Interactive, Now.AddHours(1)), (read.Submission.Priority, read.Submission.Deadline));
    }

    [Fact]
    public void Everything_that_is_ours_can_be_asked_for_beside_everything_that_is_OpenAIs()
    {
        Generation read = Read("""
            {"model":"limner-first","prompt":"a red star","n":10,"size":"512x512","quality":"hd","style":"vivid","response_format":"b64_json","output_format":"webp",
             "output_compression":40,"background":"opaque","moderation":"low","user":"u-17","stream":true,"partial_images":3,
             "seed":18446744073709551615,"negative_prompt":"blue","steps":12,"guidance":2.5,"priority":"batch","metadata":{"order":"17"} }
            """);

        Assert.Equal(("blue", 10, ulong.MaxValue, "512x512", 12, 2.5f, JobPriority.Batch), (read.Submission.NegativePrompt, read.Submission.Count, read.Submission.Seed, SizeOf(read.Submission), read.Submission.Steps, read.Submission.Guidance, read.Submission.Priority));
        Assert.Equal(new Dictionary<string, string> { ["order"] = "17", ["user"] = "u-17" }, read.Submission.Metadata);
        Assert.Equal(new Delivery { Format = ImageFormat.Webp, Quality = 40, AsUrl = false, Streams = true, PartialImages = 3, QualityName = "hd" }, read.Delivery);
    }

    [Fact]
    public void How_it_is_handed_over_can_be_read_though_nobody_knows_the_model() => Assert.Equal(
        new Delivery { Format = ImageFormat.Jpeg, Quality = 100, AsUrl = false, QualityName = "medium" },
        GenerationReader.ReadDelivery("""{"model":"gone","prompt":"a red star","output_format":"jpeg"}"""u8.ToArray()));

    [Theory]
    [InlineData("low", 10)]
    [InlineData("medium", null)]
    [InlineData("standard", null)]
    [InlineData("auto", null)]
    [InlineData("high", 50)]
    [InlineData("hd", 50)]
    public void Quality_is_steps(string quality, int? steps) => Assert.Equal(steps, Read($$"""{"prompt":"a","quality":"{{quality}}"}""").Submission.Steps);

    [Theory]
    [InlineData("{\"prompt\":\"a\"}", true)]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-2\"}", true)]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-3\"}", true)]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-3\",\"response_format\":\"b64_json\"}", false)]
    [InlineData("{\"prompt\":\"a\",\"model\":\"gpt-image-1\"}", false)]
    [InlineData("{\"prompt\":\"a\",\"output_format\":\"jpeg\"}", false)]
    [InlineData("{\"prompt\":\"a\",\"output_format\":null}", true)]
    [InlineData("{\"prompt\":\"a\",\"output_format\":\"jpeg\",\"response_format\":\"url\"}", true)]
    public void Pictures_come_as_OpenAI_gives_them(string body, bool asUrl) => Assert.Equal(asUrl, Read(body).Delivery.AsUrl);

    [Theory]
    [InlineData("dall-e-2", "256x256")]
    [InlineData("dall-e-2", "1024x1024")]
    [InlineData("dall-e-3", "1024x1024")]
    [InlineData("dall-e-3", "1792x1024")]
    [InlineData("dall-e-3", "1024x1792")]
    [InlineData("gpt-image-1", "auto", "1024x1024")]
    [InlineData("gpt-image-1.5", "1536x1024")]
    [InlineData("gpt-image-1.5", "1024x1536")]
    [InlineData("gpt-image-2", "512x512")]
    [InlineData("gpt-image-2", "1536x896")]
    [InlineData("limner-first", "auto", "1024x1024")]
    [InlineData("limner-first", "256x256")]
    [InlineData("limner-first", "320x320")]
    [InlineData("limner-first", "2048x704")]
    [InlineData("limner-first", "256x768")]
    [InlineData("limner-first", "2048x2048")]
    public void Sizes_that_can_be_made(string model, string size, string? drawn = null) =>
        Assert.Equal(drawn ?? size, SizeOf(Read($$"""{"prompt":"a","model":"{{model}}","size":"{{size}}"}""").Submission));

    [Theory]
    [InlineData("dall-e-2", "auto", "dall-e-2 has 256x256, 512x512, 1024x1024.")]
    [InlineData("dall-e-2", "1792x1024", "dall-e-2 has 256x256, 512x512, 1024x1024.")]
    [InlineData("dall-e-3", "256x256", "dall-e-3 has 1024x1024, 1792x1024, 1024x1792.")]
    [InlineData("gpt-image-1.5", "512x512", "the GPT image family has 1024x1024, 1536x1024, 1024x1536 and auto.")]
    [InlineData("gpt-image-2", "1000x1000", "multiples of 16")]
    [InlineData("gpt-image-2", "3840x1024", "between 1:3 and 3:1")]
    [InlineData("gpt-image-2", "1536x864", "each 256 to 2048 in steps of 64, the longer at most 3 times the shorter.")]
    [InlineData("limner-first", "1024", "WIDTHxHEIGHT")]
    [InlineData("limner-first", "1024x1024\\n", "WIDTHxHEIGHT")]
    [InlineData("limner-first", "99999x99999", "each 256 to 2048")]
    [InlineData("limner-first", "192x192", "each 256 to 2048")]
    [InlineData("limner-first", "1024x1000", "in steps of 64")]
    [InlineData("limner-first", "2112x1024", "each 256 to 2048")]
    [InlineData("limner-first", "1024x320", "the longer at most 3 times the shorter")]
    public void Sizes_that_cannot(string model, string size, string says)
    {
        ApiException refused = Refused($$"""{"prompt":"a","model":"{{model}}","size":"{{size}}"}""");
        Assert.Equal((400, "invalid_value", "size"), (refused.Status, refused.Code, refused.Parameter));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-2\",\"style\":\"vivid\"}", "unknown_parameter", "style")]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-2\",\"output_format\":\"png\"}", "unknown_parameter", "output_format")]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-3\",\"background\":\"auto\"}", "unknown_parameter", "background")]
    [InlineData("{\"prompt\":\"a\",\"model\":\"gpt-image-1\",\"response_format\":\"url\"}", "unknown_parameter", "response_format")]
    [InlineData("{\"prompt\":\"a\",\"model\":\"gpt-image-1\",\"style\":\"vivid\"}", "unknown_parameter", "style")]
    [InlineData("{\"prompt\":\"a\",\"colour\":1}", "unknown_parameter", "colour")]
    [InlineData("{\"prompt\":\"a\",\"model\":\"gpt-9\"}", "model_not_found", "model")]
    [InlineData("{\"prompt\":\"a\",\"model\":1}", "invalid_type", "model")]
    [InlineData("{\"model\":\"dall-e-2\"}", "missing_required_parameter", "prompt")]
    [InlineData("{\"prompt\":\"a\",\"n\":0}", "invalid_value", "n")]
    [InlineData("{\"prompt\":\"a\",\"n\":11}", "invalid_value", "n")]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-3\",\"n\":2}", "invalid_value", "n")]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-2\",\"quality\":\"hd\"}", "invalid_value", "quality")]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-3\",\"quality\":\"low\"}", "invalid_value", "quality")]
    [InlineData("{\"prompt\":\"a\",\"model\":\"gpt-image-1\",\"quality\":\"hd\"}", "invalid_value", "quality")]
    [InlineData("{\"prompt\":\"a\",\"response_format\":\"uri\"}", "invalid_value", "response_format")]
    [InlineData("{\"prompt\":\"a\",\"style\":\"calm\"}", "invalid_value", "style")]
    [InlineData("{\"prompt\":\"a\",\"output_format\":\"gif\"}", "invalid_value", "output_format")]
    [InlineData("{\"prompt\":\"a\",\"output_format\":\"jpeg\",\"output_compression\":101}", "invalid_value", "output_compression")]
    [InlineData("{\"prompt\":\"a\",\"output_compression\":50}", "invalid_value", "output_compression")]
    [InlineData("{\"prompt\":\"a\",\"background\":\"transparent\"}", "invalid_value", "background")]
    [InlineData("{\"prompt\":\"a\",\"moderation\":\"none\"}", "invalid_value", "moderation")]
    [InlineData("{\"prompt\":\"a\",\"user\":1}", "invalid_type", "user")]
    [InlineData("{\"prompt\":\"a\",\"stream\":\"true\"}", "invalid_type", "stream")]
    [InlineData("{\"prompt\":\"a\",\"model\":\"dall-e-2\",\"stream\":true}", "invalid_value", "stream")]
    [InlineData("{\"prompt\":\"a\",\"stream\":true,\"response_format\":\"url\"}", "invalid_value", "response_format")]
    [InlineData("{\"prompt\":\"a\",\"stream\":true,\"partial_images\":4}", "invalid_value", "partial_images")]
    [InlineData("{\"prompt\":\"a\",\"partial_images\":1}", "invalid_value", "partial_images")]
    [InlineData("{\"prompt\":\"a\",\"steps\":1}", "invalid_value", "steps")]
    [InlineData("{\"prompt\":\"a\",\"guidance\":0.5}", "invalid_value", "guidance")]
    [InlineData("{\"prompt\":\"a\",\"priority\":\"urgent\"}", "invalid_value", "priority")]
    public void What_is_wrong_is_named(string body, string code, string parameter)
    {
        ApiException refused = Refused(body);
        Assert.Equal((code, parameter), (refused.Code, refused.Parameter));
        Assert.Equal(code == "model_not_found" ? 404 : 400, refused.Status);
    }

    [Theory]
    [InlineData("dall-e-2", 1000)]
    [InlineData("dall-e-3", 4000)]
    [InlineData("gpt-image-1", 4000)]
    [InlineData("limner-first", 4000)]
    public void Prompts_are_as_long_as_the_family_takes_them(string model, int most)
    {
        Assert.Equal(most, Read($$"""{"prompt":"{{new string('a', most)}}","model":"{{model}}"}""").Submission.Prompt.Length);
        Assert.Equal("prompt", Refused($$"""{"prompt":"{{new string('a', most + 1)}}","model":"{{model}}"}""").Parameter);
    }

    [Fact]
    public void Before_any_worker_has_said_its_model_nobody_is_told_that_there_is_none()
    {
        ApiException refused = Assert.Throws<ApiException>(() => new GenerationReader(new ModelCatalogue(Workers())).Read(Encoding.UTF8.GetBytes("""{"prompt":"a","model":"limner-first"}"""), new GatewayOptions(), Now));
        Assert.Equal((503, "models_unavailable"), (refused.Status, refused.Code));
        Assert.NotNull(refused.RetryAfter);
    }

    private static ApiException Refused(string body) => Assert.Throws<ApiException>(() => Read(body));

    private static Generation Read(string body)
    {
        WorkerPool workers = Workers();
        workers.Note(new WorkerAnnounced("w1", JobStage.Decoding, 8, "limner-first 1.0.0"));
        return new GenerationReader(new ModelCatalogue(workers)).Read(Encoding.UTF8.GetBytes(body), new GatewayOptions(), Now);
    }

    private static string SizeOf(Submission submission) => (submission.Size ?? submission.UsualSize).ToString();

    private static WorkerPool Workers() => new(Options.Create(new DispatchOptions()), TimeProvider.System);
}
