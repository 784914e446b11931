using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.Contracts.Workers;
using Limner.Fixtures;
using Limner.Fixtures.Workers;
using Limner.Inference;
using Limner.ServiceDefaults.Conditioning;
using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Limner.Encoder.Tests.Encoding;

public sealed class EncodingTests
{
    [Fact]
    public async Task Jobs_that_wait_together_give_the_bits_of_the_bare_engine()
    {
        GenerationRequest[] requests =
        [
            EncoderUnderTest.Request with { Candidates = 5 },
            EncoderUnderTest.Request with { Prompt = "a blue fish", NegativePrompt = "red", Seed = 6 },
            EncoderUnderTest.Request with { Prompt = "two stars ★\0", Seed = ulong.MaxValue, Candidates = 3, Guidance = 1 },
            EncoderUnderTest.Request with { Seed = 7, Candidates = 1, Guidance = 9 },
        ];
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync(new() { ["Encoder:Slots"] = "4" });
        JobDescription[] jobs = requests.Select(request => ServiceUnderTest.Job(request)).ToArray();
        await encoder.ApproveAsync(jobs);
        foreach (JobDescription? job in jobs)
        {
            byte[][] expected = EncoderUnderTest.Encode(job.Request);
            foreach (ImageEncoded encoded in await encoder.EncodedAsync(job))
            {
                Assert.Equal(job, encoded.Job);
                Assert.Equal(expected[encoded.Candidate], await CachedAsync(encoder, encoded.ConditioningKey));
            }

            Assert.Equal(
                Enumerable.Range(1, 4).SelectMany(step => Enumerable.Range(0, job.Request.Candidates).Select(candidate => (candidate, JobStage.Encoding, step, 4))),
                encoder.Progress.Of(job.JobId).Select(told => (told.Candidate, told.Stage, told.Step, told.Steps)).OrderBy(told => (told.Step, told.Candidate)));
        }

        Assert.Empty(encoder.Events.Unread<Fault<PromptApproved>>());
    }

    [Fact]
    public async Task What_the_cache_has_is_not_encoded_again()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync();
        JobDescription first = ServiceUnderTest.Job(EncoderUnderTest.Request);
        await encoder.ApproveAsync(first);
        string[] keys = (await encoder.EncodedAsync(first)).Select(encoded => encoded.ConditioningKey).ToArray();

        (JobDescription same, JobDescription more) = (ServiceUnderTest.Job(EncoderUnderTest.Request), ServiceUnderTest.Job(EncoderUnderTest.Request with { Candidates = 4, Steps = 9 }));
        await encoder.ApproveAsync(same, more);
        Assert.Equal(keys, (await encoder.EncodedAsync(same)).Select(encoded => encoded.ConditioningKey));
        Assert.Empty(encoder.Progress.Of(same.JobId));

        ImageEncoded[] extended = await encoder.EncodedAsync(more);
        Assert.Equal(keys, extended.Take(2).Select(encoded => encoded.ConditioningKey));
        Assert.Equal([2, 3], encoder.Progress.Of(more.JobId).Select(told => told.Candidate).Distinct().Order());
        byte[][] expected = EncoderUnderTest.Encode(more.Request);
        foreach (ImageEncoded encoded in extended)
        {
            Assert.Equal(expected[encoded.Candidate], await CachedAsync(encoder, encoded.ConditioningKey));
        }
    }

    [Fact]
    public async Task A_message_that_comes_twice_says_the_same_twice()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync();
        JobDescription job = ServiceUnderTest.Job(EncoderUnderTest.Request);
        await encoder.ApproveAsync(job, job);
        for (int candidate = 0; candidate < 2; candidate++)
        {
            ImageEncoded first = await encoder.Events.NextAsync<ImageEncoded>(encoded => encoded.Candidate == candidate);
            Assert.Equal(first, await encoder.Events.NextAsync<ImageEncoded>(encoded => encoded.Candidate == candidate));
        }

        Assert.Empty(encoder.Events.Unread<StageFailed>());
    }

    [Fact]
    public async Task A_prior_that_overflows_fails_the_job_with_its_name()
    {
        using var broken = new BrokenModel(TinyModel.Folder, "prior/model.onnx");
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync(new() { ["Model:Folder"] = broken.Folder });
        JobDescription job = ServiceUnderTest.Job(EncoderUnderTest.Request);
        await encoder.ApproveAsync(job);
        StageFailed failed = await encoder.Events.NextAsync<StageFailed>();
        Assert.Equal((job.JobId, null, "not_finite"), (failed.JobId, failed.Candidate, failed.Code));
        Assert.StartsWith("The model's prior gave what is no finite number", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "", null, "prompt_too_long", "The prompt has 200 tokens; the model reads at most 75.")]
    [InlineData(3, "x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x", null,
        "prompt_too_long", "The negative prompt has 76 tokens; the model reads at most 75.")]
    [InlineData(3, "", -1f, "invalid_guidance", "The guidance is -1; expected a number of at least 0, 1 for none.")]
    public async Task What_the_model_cannot_do_fails_the_job_with_a_code_and_a_sentence(int words, string negative, float? guidance, string code, string message)
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync();
        string prompt = string.Join(' ', Enumerable.Repeat("x", words));
        JobDescription job = ServiceUnderTest.Job(EncoderUnderTest.Request with { Prompt = prompt, NegativePrompt = negative, Guidance = guidance });
        JobDescription good = ServiceUnderTest.Job(EncoderUnderTest.Request);
        await encoder.ApproveAsync(job, good);
        Assert.Equal(new StageFailed(job.JobId, null, JobStage.Encoding, code, message), await encoder.Events.NextAsync<StageFailed>());
        await encoder.EncodedAsync(good);
    }

    [Fact]
    public async Task A_worker_announces_its_slots_and_its_health_check_names_the_model()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync(new() { ["Encoder:Slots"] = "3" });
        WorkerAnnounced announced = await encoder.Events.NextAsync<WorkerAnnounced>();
        Assert.Equal((3, "latent-tiny 1", JobStage.Encoding, 75), (announced.Slots, announced.Model, announced.Stage, announced.PromptTokens));
        Assert.Equal([], announced.Adapters!);
        HealthReport report = await encoder.Get<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        HealthReportEntry entry = report.Entries["encoder model"];
        Assert.Equal((HealthStatus.Healthy, "latent-tiny 1, execution: cpu, 1 thread"), (entry.Status, entry.Description));
    }

    [Fact]
    public async Task A_model_folder_that_cannot_be_used_stops_the_start_with_a_sentence()
    {
        string missing = Path.Combine(AppContext.BaseDirectory, "no-such-model");
        ModelFolderException refusal = await Assert.ThrowsAsync<ModelFolderException>(() => EncoderUnderTest.StartAsync(new() { ["Model:Folder"] = missing }));
        Assert.Equal($"Model folder {missing}: The folder does not exist; expected a model folder with model_index.json.", refusal.Message);
    }

    private static Task<byte[]?> CachedAsync(ServiceUnderTest encoder, string key) =>
        encoder.Get<IConditioningCache>().GetAsync(key, TestContext.Current.CancellationToken);
}
