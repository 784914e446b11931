using System.Text.Json;
using Limner.Diffusion.Unclip;
using Limner.Micro.Commands;
using Limner.Micro.Engine;

namespace Limner.Micro.Reports;

/// <summary>All figures as one Markdown page: what was asked for first, then where it comes from.</summary>
internal static class Report
{
    public static IEnumerable<string> Write(
        BenchmarkOptions options, Machine machine, EngineBenchmark engine, CommandBenchmark generate, IReadOnlyList<PyTorchRun> pytorch,
        IReadOnlyList<BatchingBenchmark> batching, IReadOnlyList<BatchSizeBenchmark> batchSizes) =>
    [
        "# Measured",
        "",
        $"{engine.Model} at its defaults, {engine.Execution.Replace("execution: ", "", StringComparison.Ordinal)}; "
            + $"{machine.Processor}, {machine.Cores} cores, {machine.MemoryGigabytes:0} GB; {machine.System}; {machine.DotNet}, ONNX Runtime {machine.OnnxRuntime}; "
            + $"{machine.Date}, load {machine.Load} when it began{(options.Commit.Length > 0 ? $", commit {options.Commit}" : "")}.",
        .. options.Quick ? ["", "**Quick run: too few repetitions to quote.**"] : Array.Empty<string>(),
        "",
        "Median (smallest to largest).",
        "",
        .. Goals(engine, generate, pytorch, batching),
        "",
        $"## One {engine.Side}x{engine.Side} picture by stage",
        "",
        .. Stages(engine, pytorch.MinBy(run => Spread.Of(run.Milliseconds).Median)),
        "",
        $"A picture allocates {engine.Allocated / 1024.0:0} KiB of managed memory once the buffers are there.",
        "",
        "## PyTorch",
        "",
        .. PyTorch(engine, pytorch),
        "",
        $"## {BatchingBenchmark.Requests} requests that arrive at random",
        "",
        .. Batching(batching),
        "",
        "## The decoder's step by batch size",
        "",
        .. BatchSizes(batchSizes),
    ];

    private static IEnumerable<string> Goals(
        EngineBenchmark engine, CommandBenchmark generate, IReadOnlyList<PyTorchRun> pytorch, IReadOnlyList<BatchingBenchmark> batching)
    {
        yield return "| | measured | goal | |";
        yield return "|---|---|---|---|";
        yield return Goal("(a) engine to its bare ONNX Runtime calls", $"{engine.Ratio.ToText("0.000")}x", "<= 1.05x", engine.Ratio.Median <= 1.05);
        if (pytorch.Count > 0)
        {
            foreach (IGrouping<bool, PyTorchRun> runs in pytorch.GroupBy(run => run.WordsAlone))
            {
                double faster = runs.Min(run => Spread.Of(run.Milliseconds).Median) / engine.Engine.Median;
                yield return Goal($"(b) faster than PyTorch at its best, {(runs.Key ? "given the prompt's words alone" : "text padded to 77 places")}", $"{faster:0.00}x", ">= 2x", faster >= 2);
            }
        }
        else
        {
            yield return "| (b) faster than PyTorch | not measured: PyTorch is not installed | >= 2x | |";
        }

        foreach (BatchingBenchmark load in batching)
        {
            yield return $"| (c) batched to one at a time, throughput at {load.Side}x{load.Side} | {load.Speedup.ToText("0.00")}x | | |";
        }

        yield return Goal("(d) peak memory of `generate -n 1`", $"{generate.PeakOfOne:0} MB", "<= 700 MB", generate.PeakOfOne <= 700);
        yield return Goal("(d) peak memory of `generate -n 4`", $"{generate.PeakOfFour:0} MB", "<= 700 MB", generate.PeakOfFour <= 700);
        yield return Goal("(e) start of the process to its first step", $"{generate.FirstStep.ToText("0.00")} s", "<= 2 s", generate.FirstStep.Median <= 2);
        yield return Goal($"(f) one {engine.Side}x{engine.Side} picture, engine", $"{engine.Engine.Scaled(0.001).ToText("0.00")} s", "<= 8 s", engine.Engine.Median <= 8000);
        yield return Goal($"(f) the same by `limner generate`, start to exit", $"{generate.Total.ToText("0.00")} s", "<= 8 s", generate.Total.Median <= 8);
    }

    private static string Goal(string what, string measured, string goal, bool met) => $"| {what} | {measured} | {goal} | {(met ? "met" : "**missed**")} |";

    public static IEnumerable<string> Stages(EngineBenchmark engine, PyTorchRun? pytorch)
    {
        yield return "| stage | engine, ms | share | bare calls, ms | PyTorch, ms |";
        yield return "|---|---:|---:|---:|---:|";
        double sum = engine.EngineStages.Values.Sum();
        foreach ((PipelineStage stage, double milliseconds) in engine.EngineStages)
        {
            string bare = engine.BareStages.TryGetValue(stage, out double floor) ? $"{floor:0.0}" : "";
            string torch = pytorch is not null && pytorch.Stages.TryGetValue(Name(stage), out double slow) ? $"{slow:0.0}" : "";
            yield return $"| {Name(stage)} | {milliseconds:0.0} | {milliseconds / sum:P0} | {bare} | {torch} |";
        }

        yield return $"| all | {engine.Engine.Median:0.0} | | {engine.Bare.Median:0.0} | {(pytorch is null ? "" : $"{Spread.Of(pytorch.Milliseconds).Median:0.0}")} |";
    }

    private static IEnumerable<string> PyTorch(EngineBenchmark engine, IReadOnlyList<PyTorchRun> pytorch)
    {
        if (pytorch.Count == 0)
        {
            yield return "Not installed here; on Debian: `apt-get install python3-torch libopenblas0-pthread`.";
            yield break;
        }

        yield return $"PyTorch {pytorch[0].Version}, weights: {pytorch[0].Weights}. Its network calls alone; the engine's time is that of the whole picture.";
        yield return "";
        yield return "| setup | threads | ms | to the engine |";
        yield return "|---|---:|---:|---:|";
        foreach (PyTorchRun run in pytorch)
        {
            var spread = Spread.Of(run.Milliseconds);
            yield return $"| {run.Setup} | {run.Threads} | {spread.ToText("0")} | {spread.Median / engine.Engine.Median:0.00}x |";
        }
    }

    private static IEnumerable<string> Batching(IReadOnlyList<BatchingBenchmark> batching)
    {
        yield return "| size | mean gap, s | | batched | one at a time |";
        yield return "|---|---:|---|---:|---:|";
        foreach (BatchingBenchmark load in batching)
        {
            yield return $"| {load.Side}x{load.Side} | {load.MeanGap:0.00} | first arrival to last picture, s | {load.Batched.ToText("0.00")} | {load.OneByOne.ToText("0.00")} |";
            yield return $"| | | mean latency, s | {load.BatchedLatency.ToText("0.00")} | {load.OneByOneLatency.ToText("0.00")} |";
        }

        yield return "";
        yield return batching.All(load => load.SamePictures) ? "Both ways drew the same bytes." : "**The two ways drew different bytes.**";
    }

    private static IEnumerable<string> BatchSizes(IReadOnlyList<BatchSizeBenchmark> sizes)
    {
        yield return "| rows | step, ms | for each sample, ms | to 2 rows |";
        yield return "|---:|---:|---:|---:|";
        foreach (BatchSizeBenchmark size in sizes)
        {
            yield return $"| {size.Rows} | {size.Step.ToText("0.0")} | {size.MillisecondsPerSample:0.00} | {size.MillisecondsPerSample / sizes[0].MillisecondsPerSample:0.00}x |";
        }
    }

    private static string Name(PipelineStage stage) => JsonNamingPolicy.SnakeCaseLower.ConvertName(stage.ToString());
}
