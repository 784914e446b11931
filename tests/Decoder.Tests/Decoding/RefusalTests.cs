using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Fixtures;
using Limner.Fixtures.Workers;
using Limner.Inference;
using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Limner.Decoder.Tests.Decoding;

public sealed class RefusalTests
{
    [Theory]
    [InlineData(192, 40, null, null, "unsupported_size", "An image of 192x40 was asked for; its long side may be at most 3 times its short one.")]
    [InlineData(320, 320, null, null, "unsupported_size", "An image of 320x320 was asked for; this model makes up to 256x256.")]
    [InlineData(64, 64, 0, null, "invalid_steps", "The Ddim scheduler takes 1 to 1000 steps. 0 were asked for, for the decoder.")]
    [InlineData(64, 64, null, -1f, "invalid_guidance", "The guidance is -1; expected a number of at least 0, 1 for none.")]
    public async Task What_the_model_cannot_do_fails_the_candidate_with_a_code_and_a_sentence(
        int width, int height, int? steps, float? guidance, string code, string message)
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        JobDescription job = ServiceUnderTest.Job(DecoderUnderTest.Request with { Width = width, Height = height, Steps = steps, Guidance = guidance });
        await decoder.PublishAsync(DecoderUnderTest.Encoded(job, candidate: 1));
        StageFailed failed = await decoder.Events.NextAsync<StageFailed>();
        Assert.Equal(new StageFailed(job.JobId, 1, JobStage.Decoding, code, message), failed);

        JobDescription good = ServiceUnderTest.Job(DecoderUnderTest.Request);
        await decoder.PublishAsync(DecoderUnderTest.Encoded(good));
        Assert.Equal(good.JobId, (await decoder.Events.NextAsync<ImageDecoded>()).Job.JobId);
    }

    [Theory]
    [InlineData("decoder/model.onnx", "decoder")]
    [InlineData("prior/model.onnx", "prior")] // of what the cache does not have
    public async Task A_network_that_overflows_fails_the_candidate_with_its_name(string file, string name)
    {
        using var broken = new BrokenModel(TinyModel.Folder, file);
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(new() { ["Model:Folder"] = broken.Folder });
        JobDescription job = ServiceUnderTest.Job(DecoderUnderTest.Request);
        await decoder.PublishAsync(DecoderUnderTest.Encoded(job));
        StageFailed failed = await decoder.Events.NextAsync<StageFailed>();
        Assert.Equal((job.JobId, 0, "not_finite"), (failed.JobId, failed.Candidate, failed.Code));
        Assert.StartsWith($"The model's {name} gave what is no finite number (NaN or infinity), so there is no picture.", failed.Message, StringComparison.Ordinal);
        Assert.Null(await decoder.StoredAsync($"acme/{job.JobId:N}/0.png"));
    }

    [Fact]
    public async Task A_message_that_cannot_be_stored_under_any_key_is_a_fault_and_harms_no_other()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        JobDescription poison = ServiceUnderTest.Job(DecoderUnderTest.Request) with { Tenant = "../elsewhere" };
        JobDescription good = ServiceUnderTest.Job(DecoderUnderTest.Request);
        await decoder.PublishAsync(DecoderUnderTest.Encoded(poison));
        await decoder.PublishAsync(DecoderUnderTest.Encoded(good));
        Assert.Equal(poison.JobId, (await decoder.Events.NextAsync<Fault<ImageEncoded>>()).Message.Job.JobId);
        Assert.Equal(good.JobId, (await decoder.Events.NextAsync<ImageDecoded>()).Job.JobId);
    }

    [Fact]
    public async Task A_model_folder_that_cannot_be_used_stops_the_start_with_a_sentence()
    {
        string missing = Path.Combine(AppContext.BaseDirectory, "no-such-model");
        ModelFolderException refusal = await Assert.ThrowsAsync<ModelFolderException>(() => DecoderUnderTest.StartAsync(new() { ["Model:Folder"] = missing }));
        Assert.Equal($"Model folder {missing}: The folder does not exist; expected a model folder with model_index.json.", refusal.Message);
    }

    [Fact]
    public async Task The_health_check_names_the_model_and_what_runs_it()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        HealthReport report = await decoder.Get<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        HealthReportEntry entry = report.Entries["decoder model"];
        Assert.Equal((HealthStatus.Healthy, "latent-tiny 1, execution: cpu, 1 thread"), (entry.Status, entry.Description));
    }
}
