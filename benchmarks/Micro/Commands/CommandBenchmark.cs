namespace Limner.Micro.Commands;

/// <summary>The command line as a whole.</summary>
/// <param name="FirstStep">Seconds from the start of the process to its first denoising step, files in the page cache.</param>
/// <param name="Total">Seconds of one picture at the defaults, from the start of the process to its exit.</param>
/// <param name="PeakOfOne">Peak megabytes for one picture.</param>
/// <param name="PeakOfFour">Peak megabytes for four.</param>
internal sealed record CommandBenchmark(Spread FirstStep, Spread Total, double PeakOfOne, double PeakOfFour)
{
    public static CommandBenchmark Measure(BenchmarkOptions options, TimeProvider time, int rounds = 7)
    {
        GenerateProcess Run(string n) => GenerateProcess.Run(
            options.Command, time, "--model", options.Model, "-n", n, "--provider", options.Provider.ToString());
        Run("1"); // fills the page cache
        GenerateProcess[] ones = [.. Enumerable.Range(0, options.Rounds(rounds)).Select(_ => Run("1"))];
        return new(
            Spread.Of(ones.Select(run => run.FirstStep)), Spread.Of(ones.Select(run => run.Total)), ones.Max(run => run.PeakMegabytes), Run("4").PeakMegabytes);
    }
}
