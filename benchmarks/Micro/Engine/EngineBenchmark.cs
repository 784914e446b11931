using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference;

namespace Limner.Micro.Engine;

/// <summary>One picture by the engine, and its ONNX Runtime calls alone.</summary>
/// <param name="Model">Name and version.</param>
/// <param name="Execution">What runs it.</param>
/// <param name="Side">Rows and columns of the picture.</param>
/// <param name="Engine">Milliseconds of a picture.</param>
/// <param name="Bare">Milliseconds of its calls.</param>
/// <param name="Ratio">Engine to bare, of each pair of neighbours in time.</param>
/// <param name="EngineStages">Median milliseconds of each stage.</param>
/// <param name="BareStages">The same of the calls.</param>
/// <param name="Allocated">Managed bytes that a picture allocates when the buffers are there.</param>
internal sealed record EngineBenchmark(
    string Model, string Execution, int Side, Spread Engine, Spread Bare, Spread Ratio,
    IReadOnlyDictionary<PipelineStage, double> EngineStages, IReadOnlyDictionary<PipelineStage, double> BareStages, long Allocated)
{
    public static EngineBenchmark Measure(BenchmarkOptions options, TimeProvider time)
    {
        var execution = new ExecutionOptions { Provider = options.Provider };
        using UnclipModel model = ModelFolder.Load(options.Model, execution);
        var pipeline = new UnclipPipeline(model.Encoder!, model.Decoder!, model.Defaults, new SeededNoiseSource(), time);
        using var bare = new BareSequence(options.Model, model, execution, time);
        var request = new UnclipRequest { Prompt = BenchmarkOptions.Prompt, NegativePrompt = BenchmarkOptions.NegativePrompt, Seed = 7 };

        Dictionary<PipelineStage, double> Generate()
        {
            pipeline.Generate(request, static (_, _) => { });
            return pipeline.Timings.ToDictionary().ToDictionary(stage => stage.Key, stage => stage.Value.TotalMilliseconds);
        }

        (double Milliseconds, Dictionary<PipelineStage, double> Stages) Timed(Func<Dictionary<PipelineStage, double>> work)
        {
            long started = time.GetTimestamp();
            Dictionary<PipelineStage, double> stages = work();
            return (time.GetElapsedTime(started).TotalMilliseconds, stages);
        }

        // Twice: the second run compiles what the first found hot.
        for (int warm = 0; warm < 2; warm++)
        {
            Generate();
            bare.Run();
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        Generate();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;

        var engineRuns = new List<(double Milliseconds, Dictionary<PipelineStage, double> Stages)>();
        var bareRuns = new List<(double Milliseconds, Dictionary<PipelineStage, double> Stages)>();
        for (int round = 0; round < options.Rounds(11); round++)
        {
            // Whoever goes second in one round goes first in the next: a machine that slows down favours neither.
            if (round % 2 == 0)
            {
                engineRuns.Add(Timed(Generate));
            }

            bareRuns.Add(Timed(bare.Run));
            if (round % 2 == 1)
            {
                engineRuns.Add(Timed(Generate));
            }
        }

        return new(
            $"{model.Name} {model.Version}".Trim(), model.Execution, pipeline.LargestSize,
            Spread.Of(engineRuns.Select(run => run.Milliseconds)), Spread.Of(bareRuns.Select(run => run.Milliseconds)),
            Spread.Of(engineRuns.Zip(bareRuns, (engine, floor) => engine.Milliseconds / floor.Milliseconds)),
            Medians(engineRuns), Medians(bareRuns), allocated);
    }

    private static Dictionary<PipelineStage, double> Medians(List<(double Milliseconds, Dictionary<PipelineStage, double> Stages)> runs) =>
        Enum.GetValues<PipelineStage>().Where(runs[0].Stages.ContainsKey)
            .ToDictionary(stage => stage, stage => Spread.Of(runs.Select(run => run.Stages.GetValueOrDefault(stage))).Median);
}
