using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference;

namespace Limner.Micro.Devices;

/// <summary>The same request on the CPU and on a device: floating-point sums in another order, so nearly the same pictures.</summary>
/// <param name="Pictures">How many were compared.</param>
/// <param name="Side">Their rows and columns.</param>
/// <param name="LargestDifference">Of a channel of a pixel, in 8-bit levels, before rounding.</param>
/// <param name="OtherLevels">Share of the 8-bit channels that came out different.</param>
/// <param name="Repeats">Whether the device draws the same bits again.</param>
/// <param name="BatchIndependent">Whether the first picture has the same bits alone as beside the others.</param>
internal sealed record AgreementBenchmark(int Pictures, int Side, double LargestDifference, double OtherLevels, bool Repeats, bool BatchIndependent)
{
    private const int Candidates = 4;

    public static AgreementBenchmark Measure(BenchmarkOptions options, TimeProvider time)
    {
        (float[][] cpu, int _) = Draw(options.Model, ExecutionProvider.Cpu, time, Candidates);
        (float[][] device, int side) = Draw(options.Model, options.Provider, time, Candidates, Candidates, 1);
        (float[][] first, float[][] again, float[] alone) = (device[..Candidates], device[Candidates..^1], device[^1]);
        int others = cpu.Zip(first, (one, other) => one.Zip(other).Count(pair => Level(pair.First) != Level(pair.Second))).Sum();
        return new(
            Candidates, side, 255 * cpu.Zip(first, (one, other) => Differences.Largest(one, other)).Max(), (double)others / cpu.Sum(picture => picture.Length),
            first.Zip(again).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)), alone.AsSpan().SequenceEqual(first[0]));
    }

    private static double Level(float value) => MathF.Round(value * 255);

    private static (float[][] Pictures, int Side) Draw(string folder, ExecutionProvider provider, TimeProvider time, params int[] counts)
    {
        using UnclipModel model = ModelFolder.Load(folder, new ExecutionOptions { Provider = provider }, ModelParts.Encoder | ModelParts.Decoder, new() { Decoder = Candidates });
        var pipeline = new UnclipPipeline(model.Encoder!, model.Decoder!, model.Defaults, new SeededNoiseSource(), time);
        var pictures = new List<float[]>();
        foreach (int count in counts)
        {
            float[][] drawn = new float[count][];
            pipeline.Generate(
                new UnclipRequest { Prompt = BenchmarkOptions.Prompt, Seed = 7, Candidates = count },
                (candidate, picture) => drawn[candidate] = picture.Pixels.ToArray());
            pictures.AddRange(drawn);
        }

        return ([.. pictures], pipeline.LargestSize);
    }
}
