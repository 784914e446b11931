using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference;

namespace Limner.Micro.Devices;

/// <summary>A request for many pictures, from its words to the last picture.</summary>
/// <param name="Side">Rows and columns of the pictures.</param>
/// <param name="Pictures">Pictures under way at a time.</param>
/// <param name="Seconds">Of all of them.</param>
/// <param name="Stages">Median milliseconds of each stage for one picture.</param>
internal sealed record ThroughputBenchmark(int Side, int Pictures, Spread Seconds, IReadOnlyDictionary<PipelineStage, double> Stages)
{
    private const int Most = 64;

    // More of them no longer pay, and a thousand pixels a side take 40 MB of the host's memory each.
    private const int UpscaledAtATime = 8;

    public double PicturesPerSecond => Pictures / Seconds.Median;

    /// <summary>At the size that the decoder makes, and at the largest.</summary>
    public static IEnumerable<ThroughputBenchmark> Measure(BenchmarkOptions options, TimeProvider time)
    {
        var slots = new EngineSlots { Prior = Most, Decoder = Most, SuperResolution = UpscaledAtATime };
        using UnclipModel model = ModelFolder.Load(options.Model, new ExecutionOptions { Provider = options.Provider }, ModelParts.Encoder | ModelParts.Decoder, slots);
        var pipeline = new UnclipPipeline(model.Encoder!, model.Decoder!, model.Defaults, new SeededNoiseSource(), time);
        foreach (int side in new[] { model.Decoder!.BaseImage.Height, pipeline.LargestSize })
        {
            for (int pictures = 1; pictures <= (options.Quick ? 2 : Most); pictures *= 2)
            {
                yield return Measure(pipeline, new UnclipRequest { Prompt = BenchmarkOptions.Prompt, Seed = 7, Candidates = pictures, Size = side }, options.Rounds(pictures > 8 ? 1 : 3), time);
            }
        }
    }

    private static ThroughputBenchmark Measure(UnclipPipeline pipeline, UnclipRequest request, int rounds, TimeProvider time)
    {
        pipeline.Generate(request, static (_, _) => { }); // a batch size that is new chooses kernels and fills buffers
        (List<double> seconds, List<IReadOnlyDictionary<PipelineStage, TimeSpan>> stages) = (new List<double>(), new List<IReadOnlyDictionary<PipelineStage, TimeSpan>>());
        for (int round = 0; round < rounds; round++)
        {
            long started = time.GetTimestamp();
            pipeline.Generate(request, static (_, _) => { });
            seconds.Add(time.GetElapsedTime(started).TotalSeconds);
            stages.Add(pipeline.Timings.ToDictionary());
        }

        return new(
            request.Size!.Value.Width, request.Candidates, Spread.Of(seconds),
            stages[0].Keys.ToDictionary(stage => stage, stage => Spread.Of(stages.Select(round => round[stage].TotalMilliseconds / request.Candidates)).Median));
    }
}
