using System.Diagnostics;
using Limner.Diffusion.Sampling;

namespace Limner.Inference.Tests.Memory;

/// <summary>What a process that runs batches of every size keeps of the machine's memory, measured in a process of its own.</summary>
public sealed class ResidentMemoryTests(ITestOutputHelper output)
{
    private const string Child = "LIMNER_MEMORY_CHILD";
    private const int Rows = 6;
    private const int Cycles = 8;

    /// <summary>The buffers of every model loaded meanwhile that no collection has taken yet.</summary>
    private const long Slack = 32L << 20;

    [Fact]
    public async Task Memory_is_bounded_by_the_largest_batch_and_models_leave_nothing_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "resident memory is read from /proc");
        if (Environment.GetEnvironmentVariable(Child) is not null)
        {
            Measure();
            return;
        }

        // Every other test's models would lie in this process's arena.
        string method = $"{typeof(ResidentMemoryTests).FullName}.{nameof(Memory_is_bounded_by_the_largest_batch_and_models_leave_nothing_behind)}";
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["--filter-method", method, "--show-live-output", "on"])
        {
            Environment = { [Child] = "1" },
            RedirectStandardOutput = true,
        })!;
        (Task<string> text, TimeSpan limit) = (child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), TimeSpan.FromMinutes(5));
        try
        {
            await child.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(limit, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill(entireProcessTree: true);
            }
        }

        output.WriteLine(await text);
        Assert.Equal(0, child.ExitCode);
    }

    private void Measure()
    {
        (Random random, long loaded, long one, long all) = (new Random(3), 0L, 0L, 0L);
        UseModel(network =>
        {
            loaded = Resident();
            Run(network, 1);
            one = Resident() - loaded;

            // Upwards: every batch needs larger pieces than all before it left behind.
            for (int rows = 2; rows <= Rows; rows++)
            {
                Run(network, rows);
            }

            all = Resident() - loaded;
        });
        for (int cycle = 0; cycle < Cycles; cycle++)
        {
            UseModel(network => Run(network, 1 + random.Next(Rows)));
        }

        long later = Resident() - loaded;

        output.WriteLine($"one row {one >> 20} MiB, 1 to {Rows} rows {all >> 20} MiB, after {Cycles} more models {later >> 20} MiB");
        Assert.True(all <= (Rows * one) + Slack, "Batches of several sizes kept more than the largest of them needs.");
        Assert.True(later - all <= Slack, "Models that were disposed left memory behind.");
    }

    private static void UseModel(Action<IDenoiser> use)
    {
        using UnclipModel model = ModelFolder.Load(TestModel.Reference, TestModel.Cpu, slots: new() { SuperResolution = Rows });
        use(model.Decoder!.SuperResolution[0].First);
    }

    private static void Run(IDenoiser network, int rows)
    {
        network.SetTimestep(0, 500); // one for the batch
        network.Run(rows);
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
