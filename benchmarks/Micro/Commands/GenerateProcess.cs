using System.Diagnostics;
using System.Globalization;

namespace Limner.Micro.Commands;

/// <summary>One run of <c>limner generate</c> as a user starts it, launcher included.</summary>
/// <param name="FirstStep">Seconds from the start to the first line about a denoising step.</param>
/// <param name="Total">Seconds from the start to the exit.</param>
/// <param name="PeakMegabytes">Largest resident size, 10^6 bytes.</param>
internal sealed record GenerateProcess(double FirstStep, double Total, double PeakMegabytes)
{
    public static GenerateProcess Run(string command, TimeProvider time, params string[] arguments)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("limner-benchmark-");
        try
        {
            return RunAsync(command, time, [BenchmarkOptions.Prompt, "--seed", "7", "--out", folder.FullName, .. arguments]).GetAwaiter().GetResult();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<GenerateProcess> RunAsync(string command, TimeProvider time, string[] arguments)
    {
        var start = new ProcessStartInfo(command, ["generate", .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        long started = time.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<double> peak = PeakAsync(process, time);
        (double firstStep, List<string> errors) = (double.NaN, new List<string>());
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            // Plain progress writes a stage's line when it ends or after a second: the prior's first line is never before its first step.
            if (double.IsNaN(firstStep) && line.StartsWith("  prior: ", StringComparison.Ordinal))
            {
                firstStep = time.GetElapsedTime(started).TotalSeconds;
            }

            errors.Add(line);
        }

        await output;
        await process.WaitForExitAsync();
        double total = time.GetElapsedTime(started).TotalSeconds;
        return process.ExitCode == 0 && !double.IsNaN(firstStep)
            ? new(firstStep, total, await peak)
            : throw new InvalidOperationException($"limner generate {string.Join(' ', arguments)} exited with {process.ExitCode}: {string.Join(" / ", errors)}");
    }

    // The kernel keeps the peak itself (VmHWM), but forgets it with the process: the last reading lacks at most the last 5 ms.
    private static async Task<double> PeakAsync(Process process, TimeProvider time)
    {
        double peak = 0.0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), time);
        string file = $"/proc/{process.Id}/status";
        while (!process.HasExited)
        {
            try
            {
                string? line = (await File.ReadAllLinesAsync(file)).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is not null)
                {
                    peak = Math.Max(peak, double.Parse(line["VmHWM:".Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024 / 1e6);
                }
            }
            catch (IOException)
            {
                break; // exited meanwhile
            }

            await timer.WaitForNextTickAsync();
        }

        return peak;
    }
}
