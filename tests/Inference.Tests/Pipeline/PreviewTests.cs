using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Inference.Tests.Pipeline;

/// <summary>Small pictures while a candidate is under way: when they come, what they cost, and that nobody's picture depends on them.</summary>
public sealed class PreviewTests : IDisposable
{
    private const int Steps = 40;

    private readonly UnclipModel _model = ModelFolder.Load(TestModel.Latent, TestModel.Cpu);
    private readonly Conditioning _conditioning;
    private readonly SteppedTime _time = new();

    public PreviewTests()
    {
        var encoder = new UnclipEncoder(_model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        _conditioning = encoder.Encode(new() { Prompt = "a horse", Seed = 3, PriorSteps = 4, PriorGuidance = 2, Guidance = 3 }, TestContext.Current.CancellationToken)[0];
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void They_come_every_few_steps_and_with_the_base_image()
    {
        List<(int Step, ImageShape Shape, float[] Pixels)> shown = Draw(every: 8, size: 64, previewCost: TimeSpan.Zero).Shown;
        Assert.Equal([8, 16, 24, 32, Steps], shown.Select(preview => preview.Step));
        Assert.All(shown, preview => Assert.Equal(new ImageShape(3, 16, 16), preview.Shape));
        Assert.All(shown, preview => Assert.All(preview.Pixels, value => Assert.InRange(value, 0, 1)));
        // What a step predicts comes nearer to what becomes of it.
        float[] distances = shown.SkipLast(1).Select(preview => preview.Pixels.Zip(shown[^1].Pixels, (a, b) => Math.Abs(a - b)).Average()).ToArray();
        Assert.True(distances[^1] < distances[0] / 2, string.Join(", ", distances));
    }

    [Fact]
    public void None_is_made_while_nobody_looks_and_the_image_is_the_same_either_way()
    {
        (List<(int Step, ImageShape Shape, float[] Pixels)> Shown, float[] Pixels, int Decodes) watched = Draw(every: 1, size: 64, previewCost: TimeSpan.Zero);
        (List<(int Step, ImageShape Shape, float[] Pixels)> Shown, float[] Pixels, int Decodes) unwatched = Draw(every: 1, size: 64, previewCost: TimeSpan.Zero, isWanted: false);
        Assert.Equal(Steps, watched.Shown.Count);
        Assert.Equal(Steps, watched.Decodes); // the last is the base image's own
        Assert.Empty(unwatched.Shown);
        Assert.Equal(1, unwatched.Decodes); // the base image's
        Assert.Equal(unwatched.Pixels, watched.Pixels);
    }

    [Theory]
    [InlineData(4, 9)] // 40 ms earn 2 ms, and what was saved up buys the rest
    [InlineData(30, 2)]
    [InlineData(10_000, 1)]
    public void They_take_a_twentieth_of_the_time_and_no_more(int milliseconds, int most)
    {
        List<(int Step, ImageShape Shape, float[] Pixels)> shown = Draw(every: 1, size: 32, TimeSpan.FromMilliseconds(milliseconds)).Shown;
        Assert.InRange(shown.Count, 1, most);
    }

    private (List<(int Step, ImageShape Shape, float[] Pixels)> Shown, float[] Pixels, int Decodes) Draw(int every, int size, TimeSpan previewCost, bool isWanted = true)
    {
        (List<(int, ImageShape, float[])> shown, int decodes, int done) = (new List<(int, ImageShape, float[])>(), 0, 0);
        AutoencoderNetworks autoencoder = _model.Decoder!.Autoencoder!;
        DecoderNetworks networks = _model.Decoder with
        {
            Autoencoder = autoencoder with
            {
                Decode = (latents, image) =>
                {
                    decodes++;
                    autoencoder.Decode(latents, image);
                    _time.Advance(previewCost);
                },
            },
        };
        var decoder = new UnclipDecoder(networks, new SeededNoiseSource(), _time, new(_time));
        decoder.Add(new()
        {
            Conditioning = _conditioning,
            DecoderSteps = Steps,
            SuperResSteps = 2,
            SuperResSecondSteps = 2,
            Guidance = 2,
            Size = size,
            Progress = new Counter(step => done = step),
            Preview = new(16, every, () => isWanted, picture => shown.Add((done, picture.Shape, picture.Pixels.ToArray()))),
        });
        while (true)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            if (decoder.Step() is [var ended])
            {
                return (shown, ended.Picture!.Pixels.ToArray(), decodes);
            }
        }
    }

    private sealed class Counter(Action<int> count) : IProgress<UnclipProgress>
    {
        public void Report(UnclipProgress value)
        {
            if (value.Stage == PipelineStage.Decoder)
            {
                count(value.Step);
            }
        }
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
