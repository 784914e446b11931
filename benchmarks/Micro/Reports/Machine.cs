using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Limner.Micro.Reports;

/// <summary>Where the figures come from.</summary>
internal sealed record Machine(string Date, string Processor, int Cores, double MemoryGigabytes, string System, string DotNet, string OnnxRuntime, string Load)
{
    public static Machine Describe(TimeProvider time) => new(
        time.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        Value("/proc/cpuinfo", "model name", ':'),
        Environment.ProcessorCount,
        double.Parse(Value("/proc/meminfo", "MemTotal", ':').Split(' ')[0], CultureInfo.InvariantCulture) * 1024 / 1e9,
        $"{Value("/etc/os-release", "PRETTY_NAME", '=').Trim('"')}, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}",
        RuntimeInformation.FrameworkDescription,
        OrtEnv.Instance().GetVersionString(),
        File.ReadAllText("/proc/loadavg").Split(' ')[0]);

    private static string Value(string file, string key, char separator) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(separator, 2)[1].Trim() ?? "unknown";
}
