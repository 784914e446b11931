using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Inference.Tests.Pipeline;

/// <summary>The decoder half as a worker drives it: candidates of different requests join, leave and are stopped at any time.</summary>
public sealed class ContinuousDecodingTests : IDisposable
{
    private readonly UnclipModel _model = ModelFolder.Load(TestModel.Latent, TestModel.Cpu, slots: new() { Decoder = 3 });
    private readonly IReadOnlyList<Conditioning> _conditionings;
    private readonly FixedTime _time = new();

    public ContinuousDecodingTests()
    {
        var encoder = new UnclipEncoder(_model.Encoder!, new SeededNoiseSource(), _time, new(_time));
        _conditionings = encoder.Encode(
            new() { Prompt = "two horses", Candidates = 6, Seed = 3, PriorSteps = 4, PriorGuidance = 2, Guidance = 3 }, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Candidates_that_join_at_random_give_the_bits_that_each_gives_alone()
    {
        UnclipDecoder decoder = Decoder();
        float[]?[] alone = Enumerable.Range(0, 6).Select(candidate =>
        {
            decoder.Add(Request(candidate));
            return Assert.Single(Drain(decoder)).Pixels;
        }).ToArray();

        var random = new Random(11);
        (int next, List<(DecodeRequest Request, SampleEnd End, float[]? Pixels)> images) = (0, new List<(DecodeRequest Request, SampleEnd End, float[]? Pixels)>());
        while (next < 6 || decoder.Occupied > 0)
        {
            while (next < 6 && decoder.FreeSlots > 0 && random.Next(4) == 0)
            {
                decoder.Add(Request(next++));
            }

            images.AddRange(Copy(decoder.Step()));
        }

        Assert.Equal(6, images.Count);
        Assert.All(images, image => Assert.Equal(alone[image.Request.Candidate], image.Pixels));
    }

    [Fact]
    public void Cancelled_and_expired_candidates_leave_at_the_next_step_wherever_they_are()
    {
        using var stop = new CancellationTokenSource();
        UnclipDecoder decoder = Decoder();
        decoder.Add(Request(0));
        decoder.Add(Request(1) with { DecoderSteps = 3, SuperResSteps = 9 });
        for (int step = 0; step < 4; step++)
        {
            Assert.Empty(decoder.Step()); // candidate 1 is in super-resolution, candidate 0 still in the decoder
        }

        decoder.Add(Request(2) with { Cancellation = stop.Token });
        Assert.Equal(0, decoder.FreeSlots);
        Assert.Throws<InvalidOperationException>(() => decoder.Add(Request(3)));

        stop.Cancel();
        Assert.Equal([(2, SampleEnd.Cancelled)], decoder.Step().Select(image => (image.Request.Candidate, image.End)));
        _time.Now = Deadline;
        Assert.Equal([(0, SampleEnd.Expired), (1, SampleEnd.Expired)], decoder.Step().Select(image => (image.Request.Candidate, image.End)));
        Assert.Equal(3, decoder.FreeSlots);
    }

    [Fact]
    public void The_encoder_respects_its_deadline()
    {
        var encoder = new UnclipEncoder(_model.Encoder!, new SeededNoiseSource(), _time, new(_time));
        var request = new EncodeRequest { Prompt = "late", PriorSteps = 4, PriorGuidance = 1, Guidance = 1, Deadline = _time.Now };
        TimeoutException late = Assert.Throws<TimeoutException>(() => encoder.Encode(request, TestContext.Current.CancellationToken));
        Assert.Equal("The deadline passed before the prior was done.", late.Message);
    }

    [Fact]
    public void A_picture_that_goes_through_the_last_stage_twice_gets_new_noise_there()
    {
        // 64 pixels are what the first stage makes already: the second one makes 128 of them, and 256 of those.
        var noise = new NoiseKeys();
        var decoder = new UnclipDecoder(_model.Decoder!, noise, _time, new(_time));
        decoder.Add(Request(0) with { Upscale = new(64, 64, new byte[3 * 64 * 64]), Size = 256 });
        Drain(decoder);
        Assert.Equal(2, noise.Initial.Count);
        Assert.Equal(noise.Initial.Distinct(), noise.Initial);
    }

    private static DateTimeOffset Deadline { get; } = new(2026, 1, 1, 1, 0, 0, TimeSpan.Zero);

    private UnclipDecoder Decoder() => new(_model.Decoder!, new SeededNoiseSource(), _time, new(_time));

    private DecodeRequest Request(int candidate) => new()
    {
        Conditioning = _conditionings[candidate],
        Seed = 3,
        Candidate = candidate,
        DecoderSteps = 5 + candidate,
        SuperResSteps = 2 + (candidate % 3),
        SuperResSecondSteps = 3,
        Guidance = 1 + candidate,
        Size = candidate % 2 == 0 ? 128 : 64,
        Deadline = Deadline,
    };

    private static List<(DecodeRequest Request, SampleEnd End, float[]? Pixels)> Drain(UnclipDecoder decoder)
    {
        var images = new List<(DecodeRequest, SampleEnd, float[]?)>();
        while (decoder.Occupied > 0)
        {
            images.AddRange(Copy(decoder.Step()));
        }

        return images;
    }

    private static (DecodeRequest Request, SampleEnd End, float[]? Pixels)[] Copy(IReadOnlyList<DecodedImage> images) =>
        [.. images.Select(image => (image.Request, image.End, image.Picture?.Pixels.ToArray()))];

    private sealed class NoiseKeys : INoiseSource
    {
        private readonly SeededNoiseSource _noise = new();

        public List<NoiseKey> Initial { get; } = [];

        public void Fill(NoiseKey key, Span<float> destination)
        {
            if (key.Step == NoiseKey.InitialStep)
            {
                Initial.Add(key);
            }

            _noise.Fill(key, destination);
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
