using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Inference;

namespace Limner.Micro.Engine;

/// <summary>One decoder step at a batch size.</summary>
/// <param name="Rows">Rows of the network; a guided sample takes two.</param>
/// <param name="Step">Milliseconds of the step.</param>
internal sealed record BatchSizeBenchmark(int Rows, Spread Step)
{
    public double MillisecondsPerSample => Step.Median * 2 / Rows;

    public static IReadOnlyList<BatchSizeBenchmark> Measure(BenchmarkOptions options, TimeProvider time)
    {
        int[] sizes = [2, 4, 8, 16];
        using var model = ModelFolder.Load(options.Model, new ExecutionOptions { Provider = ExecutionProvider.Cpu, DecoderSlots = sizes[^1] / 2 }, ModelParts.Decoder);
        var networks = model.Decoder!;
        var decoder = networks.Decoder;
        var conditioning = new RowConditioning
        {
            Embedding = Noise(networks.TimeEmbeddingLength),
            TextStates = Noise(networks.ContextLength * networks.StateLength),
            TextMask = Enumerable.Repeat(true, networks.ContextLength).ToArray(),
        };
        for (var row = 0; row < decoder.Capacity; row++)
        {
            Noise(decoder.SampleLength).CopyTo(decoder.Sample(row));
            decoder.Condition(row, conditioning);
            decoder.SetTimestep(row, 500);
        }

        double Step(int rows)
        {
            var started = time.GetTimestamp();
            decoder.Run(rows);
            return time.GetElapsedTime(started).TotalMilliseconds;
        }

        foreach (var rows in sizes)
            Step(rows);
        var steps = sizes.ToDictionary(rows => rows, _ => new List<double>());
        for (var round = 0; round < options.Rounds(25); round++)
        {
            foreach (var rows in sizes)
                steps[rows].Add(Step(rows));
        }

        return [.. sizes.Select(rows => new BatchSizeBenchmark(rows, Spread.Of(steps[rows])))];
    }

    private static float[] Noise(int length)
    {
        var values = new float[length];
        SeededNoise.FillGaussian(new NoiseKey(1, 0, Stage.Decoder, 0), values);
        return values;
    }
}
