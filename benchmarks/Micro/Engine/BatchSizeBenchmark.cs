using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference;

namespace Limner.Micro.Engine;

/// <summary>One decoder step at a batch size.</summary>
/// <param name="Rows">Rows of the network; a guided sample takes two.</param>
/// <param name="Step">Milliseconds of the step.</param>
/// <param name="Difference">How far the first row's output is from what it is at the smallest size; 0 where every bit is the same.</param>
internal sealed record BatchSizeBenchmark(int Rows, Spread Step, float Difference)
{
    public double MillisecondsPerSample => Step.Median * 2 / Rows;

    public static IReadOnlyList<BatchSizeBenchmark> Measure(BenchmarkOptions options, IReadOnlyList<int> sizes, TimeProvider time)
    {
        using UnclipModel model = ModelFolder.Load(
            options.Model, new ExecutionOptions { Provider = options.Provider }, ModelParts.Decoder, new() { Decoder = (sizes[^1] + 1) / 2 });
        IDenoiser decoder = model.Decoder!.Decoder;
        Fill(model.Decoder);

        double Step(int rows)
        {
            long started = time.GetTimestamp();
            decoder.Run(rows);
            return time.GetElapsedTime(started).TotalMilliseconds;
        }

        var outputs = new Dictionary<int, float[]>();
        foreach (int rows in sizes)
        {
            Step(rows);
            outputs[rows] = decoder.Output(0).ToArray();
        }

        var steps = sizes.ToDictionary(rows => rows, _ => new List<double>());
        for (int round = 0; round < options.Rounds(25); round++)
        {
            foreach (int rows in sizes)
            {
                steps[rows].Add(Step(rows));
            }
        }

        return [.. sizes.Select(rows => new BatchSizeBenchmark(rows, Spread.Of(steps[rows]), Differences.Largest(outputs[sizes[0]], outputs[rows])))];
    }

    // Every row is another sample, at another timestep.
    private static void Fill(DecoderNetworks networks)
    {
        IDenoiser decoder = networks.Decoder;
        for (int row = 0; row < decoder.Capacity; row++)
        {
            decoder.Condition(row, new RowConditioning
            {
                Embedding = Noise(row, networks.TimeEmbeddingLength),
                TextStates = Noise(row, networks.ContextLength * networks.StateLength),
                TextMask = Enumerable.Repeat(true, networks.ContextLength).ToArray(),
            });
            Noise(row, decoder.SampleLength).CopyTo(decoder.Sample(row));
            decoder.SetTimestep(row, 500 + row);
        }
    }

    private static float[] Noise(int row, int length)
    {
        float[] values = new float[length];
        SeededNoise.FillGaussian(new NoiseKey(1, row, Stage.Decoder, 0), values);
        return values;
    }
}
