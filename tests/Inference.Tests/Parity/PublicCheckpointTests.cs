using Limner.Diffusion.Editing;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Inference.Tests.Parity;

/// <summary>Checkpoints in the public layouts, exported by tools/export, draw what diffusers draws with them from the same noise.</summary>
public sealed class PublicCheckpointTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("karlo_tiny")]
    [InlineData("kandinsky_tiny")]
    public void The_exported_checkpoint_draws_what_diffusers_draws(string name)
    {
        var run = new PublicRun(name);
        using UnclipModel model = ModelFolder.Load(TestModel.Public(name), TestModel.Cpu);
        var pipeline = new UnclipPipeline(model.Encoder!, model.Decoder!, model.Defaults, run.Noise, TimeProvider.System);
        var pictures = new SortedDictionary<int, Picture>();
        pipeline.Generate(
            run.Request, (candidate, picture) => pictures.Add(candidate, new(picture.Shape, picture.Pixels.ToArray())), cancellation: TestContext.Current.CancellationToken);
        run.Compare([.. pictures.Values], output);
    }

    [Theory]
    [InlineData("karlo_tiny")]
    [InlineData("kandinsky_tiny")]
    public void Its_networks_take_a_timestep_for_each_row(string name)
    {
        using UnclipModel model = ModelFolder.Load(TestModel.Public(name), TestModel.Cpu);
        Assert.True(model.Encoder!.Prior.TimestepPerRow);
        Assert.True(model.Decoder!.Decoder.TimestepPerRow);
        Assert.All(model.Decoder.SuperResolution, stage => Assert.True(stage.First.TimestepPerRow && stage.Last!.TimestepPerRow));
    }

    [Fact]
    public void A_decoder_that_is_told_what_is_known_redraws_what_diffusers_redraws()
    {
        var run = new PublicRun("kandinsky_inpaint_tiny");
        (Inference.Folders.NpyFile bytes, byte[] redrawn) = (run.Load("picture"), run.Load("redrawn").Bytes.ToArray()); // (H, W, 3), (H, W)
        int side = bytes.Shape[0];
        var source = new SourceImage(side, side, bytes.Bytes.ToArray());
        var known = new KnownRegion(source, Array.ConvertAll(redrawn, anew => (byte)(1 - anew)));
        Picture picture = Draw(run, known);

        ReadOnlySpan<float> expected = run.Load("image").Floats;
        (double worst, int count) = (0.0, 0);
        for (int i = 0; i < expected.Length; i++)
        {
            if (redrawn[i / 3] == 0)
            {
                continue;
            }

            worst = Math.Max(worst, Math.Abs((double)picture.Pixels.Span[((i % 3) * side * side) + (i / 3)] - expected[i]));
            count++;
        }

        output.WriteLine($"{count} redrawn values, largest error {worst:E2}");
        Assert.Equal(3 * redrawn.Count(anew => anew != 0), count);
        Assert.True(worst <= 1 / 255.0, $"{worst:E2}");
        Assert.Equal((source.Rgb[0] / 255f), picture.Pixels.Span[0], 1e-6f); // what is known stays
        Assert.NotEqual(picture.Pixels.ToArray(), Draw(run, null).Pixels.ToArray());
    }

    private static Picture Draw(PublicRun run, KnownRegion? known)
    {
        using UnclipModel model = ModelFolder.Load(TestModel.Public("kandinsky_inpaint_tiny"), TestModel.Cpu, ModelParts.Decoder);
        Assert.True(model.Decoder!.ConditionedOnKnown);
        var decoder = new UnclipDecoder(model.Decoder, run.Noise, TimeProvider.System, new(TimeProvider.System));
        var nothing = new TextEncoding([], [], []);
        decoder.Add(new()
        {
            Conditioning = new() { ImageEmbedding = run.Load("image_embeddings").Floats.ToArray(), Prompt = nothing, Unconditional = nothing },
            DecoderSteps = run.Steps("decoder")!.Value,
            SuperResSteps = 1,
            SuperResSecondSteps = 1,
            Guidance = run.Scale("decoder"),
            Known = known,
        });
        while (true)
        {
            if (decoder.Step() is [var ended])
            {
                Assert.Equal(SampleEnd.Completed, ended.End);
                return new(ended.Picture!.Shape, ended.Picture.Pixels.ToArray());
            }
        }
    }
}
