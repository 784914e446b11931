using System.Diagnostics;

namespace Limner.Micro.Devices;

/// <summary>The first GPU, as NVIDIA's own tool describes it.</summary>
/// <param name="Name">For example "NVIDIA H100 80GB HBM3".</param>
/// <param name="Driver">The driver's version.</param>
/// <param name="Memory">With its unit.</param>
internal sealed record Gpu(string Name, string Driver, string Memory)
{
    public static Gpu Describe()
    {
        var start = new ProcessStartInfo("nvidia-smi", ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]) { RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start)!;
            string? line = process.StandardOutput.ReadLine();
            process.WaitForExit();
            return line?.Split(", ") is [var name, var driver, var memory] ? new(name, driver, memory) : Unknown;
        }
        catch (System.ComponentModel.Win32Exception) // not installed
        {
            return Unknown;
        }
    }

    private static Gpu Unknown => new("unknown GPU", "unknown", "unknown");
}
