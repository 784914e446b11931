using System.Globalization;
using Limner.Diffusion.Unclip;
using Limner.Inference;
using Limner.Micro.Commands;
using Limner.Micro.Engine;
using Limner.Micro.Reports;

namespace Limner.Micro.Devices;

/// <summary>Everything about one device as a Markdown page that grows while it is measured: what a time limit cuts off is the end.</summary>
internal sealed class DevicePage(BenchmarkOptions options, TimeProvider time, TextWriter console)
{
    private readonly Gpu _gpu = Gpu.Describe();
    private string _file = "";

    /// <summary>Measures part after part; one that fails says so in its place. False where one did.</summary>
    public bool Write()
    {
        Directory.CreateDirectory(options.Out);
        string name = string.Join('-', _gpu.Name.ToLowerInvariant().Split(' ', '/').Take(2));
        _file = Path.Combine(options.Out, $"{time.GetUtcNow():yyyy-MM-dd}-{name}.md");
        File.Delete(_file);
        Line($"# Measured on {_gpu.Name}");
        // All parts, whatever becomes of the others.
        bool[] parts =
        [
            Part(null, Head), Part("The command line", Commands), Part("One picture by stage", Stages), Part("The same request on the CPU", Agreement),
            Part("The decoder's step by batch size", BatchSizes), Part("Pictures a second", Throughput),
        ];
        return parts.All(done => done);
    }

    private bool Part(string? title, Func<IEnumerable<string>> measure)
    {
        if (title is not null)
        {
            Line($"\n## {title}");
        }

        Line("");
        try
        {
            foreach (string line in measure())
            {
                Line(line);
            }

            return true;
        }
        catch (Exception e)
        {
            Line($"**Failed: {e.Message.ReplaceLineEndings(" ")}**");
            return false;
        }
    }

    private IEnumerable<string> Head()
    {
        var machine = Machine.Describe(time);
        using UnclipModel model = ModelFolder.Load(options.Model, new ExecutionOptions { Provider = options.Provider }, ModelParts.Decoder);
        yield return $"{model.Name} {model.Version} at its defaults, {model.Execution.Replace("execution: ", "", StringComparison.Ordinal)}; {_gpu.Name}, {_gpu.Memory}, driver {_gpu.Driver}; {machine.Processor}, {machine.Cores} cores, "
            + $"{machine.MemoryGigabytes:0} GB; {machine.System}; {machine.DotNet}, ONNX Runtime {machine.OnnxRuntime}; {machine.Date}, load {machine.Load} when it began"
            + $"{(options.Commit.Length > 0 ? $", commit {options.Commit}" : "")}. Median (smallest to largest).";
    }

    private IEnumerable<string> Commands()
    {
        var generate = CommandBenchmark.Measure(options, time, rounds: 3);
        yield return $"`limner generate --provider {options.Provider.ToString().ToLowerInvariant()}`: start of the process to its first step {generate.FirstStep.ToText("0.00")} s, "
            + $"start to exit with one picture {generate.Total.ToText("0.00")} s; peak memory of the host {generate.PeakOfOne:0} MB, with four pictures {generate.PeakOfFour:0} MB.";
    }

    private IEnumerable<string> Stages()
    {
        var engine = EngineBenchmark.Measure(options, time);
        yield return $"{engine.Side}x{engine.Side}. Engine to its bare ONNX Runtime calls, whose inputs lie on the device already: {engine.Ratio.ToText("0.000")}x.";
        yield return "";
        foreach (string line in Report.Stages(engine, pytorch: null))
        {
            yield return line;
        }
    }

    private IEnumerable<string> Agreement()
    {
        var found = AgreementBenchmark.Measure(options, time);
        yield return string.Create(CultureInfo.InvariantCulture, $"{found.Pictures} pictures of {found.Side}x{found.Side}: the largest difference is {found.LargestDifference:0.000} of 255 levels; ")
            + $"{found.OtherLevels:P3} of the 8-bit channels came out another. A second run draws {(found.Repeats ? "the same bits" : "**other bits**")}; "
            + $"a picture alone has {(found.BatchIndependent ? "the same bits" : "other bits")} as beside three others.";
    }

    private IEnumerable<string> BatchSizes()
    {
        IReadOnlyList<BatchSizeBenchmark> sizes = BatchSizeBenchmark.Measure(options, options.Quick ? [1, 2, 4] : [1, 2, 4, 8, 16, 32, 64, 128, 256], time);
        yield return "| rows | step, ms | rows a second | to 1 row | first row's difference |";
        yield return "|---:|---:|---:|---:|---:|";
        foreach (BatchSizeBenchmark size in sizes)
        {
            yield return $"| {size.Rows} | {size.Step.ToText("0.00")} | {1000 * size.Rows / size.Step.Median:0} | {sizes[0].Step.Median * size.Rows / size.Step.Median:0.0}x "
                + $"| {(size.Difference == 0 ? "none" : size.Difference.ToString("0.0e0", CultureInfo.InvariantCulture))} |";
        }
    }

    private IEnumerable<string> Throughput()
    {
        yield return "| size | pictures at a time | pictures a second | prior, ms a picture | decoder | super-resolution | all |";
        yield return "|---|---:|---:|---:|---:|---:|---:|";
        foreach (ThroughputBenchmark load in ThroughputBenchmark.Measure(options, time))
        {
            double Of(params PipelineStage[] stages) => stages.Sum(stage => load.Stages.GetValueOrDefault(stage));
            yield return $"| {load.Side}x{load.Side} | {load.Pictures} | {load.PicturesPerSecond:0.0} | {Of(PipelineStage.Prior):0.0} | {Of(PipelineStage.Decoder):0.0} | "
                + $"{Of(PipelineStage.SuperResFirst, PipelineStage.SuperResSecond):0.0} | {1000 * load.Seconds.Median / load.Pictures:0.0} |";
        }
    }

    private void Line(string line)
    {
        console.WriteLine(line);
        File.AppendAllText(_file, line + '\n');
    }
}
