using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Inference.Tests.Pipeline;

/// <summary>The whole loop on a latent model with two super-resolution stages: 8×8 latents, 32, 64 and 128 pixels.</summary>
public sealed class LatentPipelineTests(LatentPipeline latent) : IClassFixture<LatentPipeline>
{
    private static readonly UnclipRequest Request = new() { Prompt = "a red horse", Seed = 5 };

    [Fact]
    public void The_manifest_names_the_model_and_its_defaults()
    {
        Assert.Equal(("latent-tiny", "1", "Apache-2.0"), (latent.Model.Name, latent.Model.Version, latent.Model.License));
        Assert.Equal(
            new UnclipDefaults { PriorSteps = 4, DecoderSteps = 6, SuperResSteps = 3, SuperResSecondSteps = 4, PriorGuidance = 2, Guidance = 3 },
            latent.Model.Defaults);
        Assert.Equal(128, latent.Pipeline.LargestSize);
    }

    [Theory]
    [InlineData(null, 128)]
    [InlineData(128, 128)]
    [InlineData(96, 96)]
    [InlineData(64, 64)]
    [InlineData(32, 32)]
    [InlineData(20, 20)]
    public void Every_size_up_to_the_largest_is_made(int? asked, int size)
    {
        float[] pixels = latent.Generate(Request with { Size = asked })[0];
        Assert.Equal(3 * size * size, pixels.Length);
        Assert.All(pixels, value => Assert.InRange(value, 0, 1));
        Assert.True(pixels.Distinct().Count() > pixels.Length / 10, "a flat picture");
    }

    [Theory]
    [InlineData(64, new[] { PipelineStage.Prior, PipelineStage.Decoder, PipelineStage.Autoencoder, PipelineStage.SuperResFirst })]
    [InlineData(32, new[] { PipelineStage.Prior, PipelineStage.Decoder, PipelineStage.Autoencoder })]
    public void Stages_beyond_the_size_asked_for_are_not_run(int size, PipelineStage[] stages)
    {
        var progress = new Recorder();
        latent.Generate(Request with { Size = size }, progress);
        Assert.Equal(stages, progress.Reports.Select(report => report.Stage).Distinct());
    }

    [Fact]
    public async Task What_fails_after_the_last_step_ends_the_generation()
    {
        AutoencoderNetworks autoencoder = latent.Model.Decoder!.Autoencoder! with { Decode = (_, _) => throw new InvalidOperationException("The autoencoder fails.") };
        var pipeline = new UnclipPipeline(
            latent.Model.Encoder!, latent.Model.Decoder with { Autoencoder = autoencoder }, latent.Model.Defaults, new SeededNoiseSource(), TimeProvider.System);
        var generation = Task.Run(() => pipeline.Generate(Request, (_, _) => { }), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => generation.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Equal_requests_give_equal_bits_and_everything_in_a_request_counts()
    {
        UnclipRequest request = Request with { Candidates = 2, Size = 64 };
        SortedDictionary<int, float[]> pictures = latent.Generate(request);
        Assert.Equal(pictures, latent.Generate(request));
        UnclipRequest[] others =
        [
            request with { Prompt = "a blue fish" }, request with { Seed = 6 }, request with { NegativePrompt = "fish" }, request with { Guidance = 2 },
            request with { PriorGuidance = 1.5f }, request with { PriorSteps = 5 }, request with { DecoderSteps = 5 }, request with { SuperResSteps = 4 },
            request with { Guidance = 1, PriorGuidance = 1 },
        ];
        Assert.All(others, other => Assert.NotEqual(pictures[0], latent.Generate(other)[0]));
        Assert.NotEqual(pictures[0], pictures[1]);
    }

    [Fact]
    public void A_candidate_does_not_depend_on_how_many_there_are()
    {
        SortedDictionary<int, float[]> one = latent.Generate(Request with { Candidates = 1 });
        SortedDictionary<int, float[]> five = latent.Generate(Request with { Candidates = 5 });
        Assert.Equal(5, five.Count);
        Assert.Equal(one[0], five[0]);
    }

    [Fact]
    public void Progress_counts_every_step_of_every_candidate()
    {
        var progress = new Recorder();
        latent.Generate(Request with { Candidates = 3 }, progress);
        foreach ((PipelineStage stage, int steps) in new[]
        {
            (PipelineStage.Prior, 4), (PipelineStage.Decoder, 6), (PipelineStage.Autoencoder, 1), (PipelineStage.SuperResFirst, 3), (PipelineStage.SuperResSecond, 4),
        })
        {
            for (int candidate = 0; candidate < 3; candidate++)
            {
                Assert.Equal(
                    Enumerable.Range(1, steps).Select(step => new UnclipProgress(stage, candidate, step, steps)),
                    progress.Reports.Where(report => report.Stage == stage && report.Candidate == candidate));
            }
        }

        Assert.Equal(Enum.GetValues<PipelineStage>(), latent.Pipeline.Timings.ToDictionary().Keys.Order());
    }

    [Fact]
    public void What_cannot_be_done_is_refused_in_one_sentence()
    {
        string Refusal(UnclipRequest request) => Assert.ThrowsAny<ArgumentException>(() => latent.Generate(request)).Message;
        Assert.Equal("An image of 257x257 was asked for; this model makes up to 256x256.", Refusal(Request with { Size = 257 }));
        Assert.Matches("^The prompt has [0-9]+ tokens; the model reads at most 75.$", Refusal(Request with { Prompt = new string('x', 200) }));
        Assert.StartsWith("The negative prompt has", Refusal(Request with { NegativePrompt = new string('x', 200) }), StringComparison.Ordinal);
        Assert.Equal("The guidance is NaN; expected a number of at least 0, 1 for none.", Refusal(Request with { Guidance = float.NaN }));
        Assert.StartsWith("The prior guidance is -1", Refusal(Request with { PriorGuidance = -1 }), StringComparison.Ordinal);
        Assert.StartsWith("The UnClip scheduler takes 2 to 1000 steps.", Refusal(Request with { PriorSteps = 1 }), StringComparison.Ordinal);
        Assert.StartsWith("The Ddim scheduler takes 1 to 1000 steps.", Refusal(Request with { DecoderSteps = 0 }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PipelineStage.Prior)]
    [InlineData(PipelineStage.Decoder)]
    [InlineData(PipelineStage.SuperResFirst)]
    [InlineData(PipelineStage.SuperResSecond)]
    public void Cancelling_stops_before_the_next_step_and_leaves_the_pipeline_usable(PipelineStage stage)
    {
        SortedDictionary<int, float[]> expected = latent.Generate(Request);
        using var stop = new CancellationTokenSource();
        var progress = new Recorder(report =>
        {
            if (report.Stage == stage && report.Step == 2)
            {
                stop.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() => latent.Pipeline.Generate(Request, (_, _) => Assert.Fail("finished"), progress, stop.Token));
        Assert.Equal(new UnclipProgress(stage, 0, 2, progress.Reports[^1].Steps), progress.Reports[^1]);
        Assert.Equal(expected, latent.Generate(Request));
    }

    [Fact]
    public void A_consumer_that_throws_leaves_the_pipeline_usable()
    {
        SortedDictionary<int, float[]> expected = latent.Generate(Request with { Candidates = 3 });
        Assert.Throws<IOException>(() => latent.Pipeline.Generate(
            Request with { Candidates = 3 }, (_, _) => throw new IOException("disk full"), null, TestContext.Current.CancellationToken));
        Assert.Equal(expected, latent.Generate(Request with { Candidates = 3 }));
    }

    [Fact]
    public void The_image_encoder_embeds_a_picture()
    {
        ImageEncoder encoder = latent.Model.ImageEncoder!;
        Assert.Equal((new ImageShape(3, 32, 32), 16), (encoder.Image, encoder.EmbeddingLength));
        float[] picture = latent.Generate(Request with { Size = 32 })[0];
        (float[] one, float[] other) = (new float[16], new float[16]);
        encoder.Encode(Array.ConvertAll(picture, value => (value * 2) - 1), one);
        encoder.Encode(new float[picture.Length], other);
        Assert.NotEqual(one, other);
        Assert.Contains("3x32x32", Assert.Throws<ArgumentException>(() => encoder.Encode(new float[7], one)).Message, StringComparison.Ordinal);
    }

    private sealed class Recorder(Action<UnclipProgress>? then = null) : IProgress<UnclipProgress>
    {
        public List<UnclipProgress> Reports { get; } = [];

        public void Report(UnclipProgress value)
        {
            Reports.Add(value);
            then?.Invoke(value);
        }
    }
}
