using System.Diagnostics.Metrics;
using Limner.Decoder.Decoding;
using Limner.Decoder.Telemetry;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Fixtures.Workers;
using Limner.Inference;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Limner.Decoder.Tests.Telemetry;

/// <summary>The hot loop: every network of every step goes through it.</summary>
public sealed class MeasuredDenoiserTests
{
    private const int Runs = 10_000;

    [Fact]
    public void A_run_allocates_nothing_and_reads_no_clock_where_nobody_listens()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var time = new CountingTime();
        MeasuredDenoiser measured = Measure(services, time, new NoNetwork());
        Assert.Equal(0, AllocatedBy(measured));
        Assert.Equal(0, time.Reads);
    }

    [Fact]
    public void Nor_does_it_allocate_where_somebody_does()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        MeasuredDenoiser measured = Measure(services, TimeProvider.System, new NoNetwork());
        (int steps, int rows) = (0, 0);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => steps++);
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => rows += value);
        listener.Start();
        Assert.Equal(0, AllocatedBy(measured));
        Assert.Equal((2 * Runs, 2 * 3 * Runs), (steps, rows)); // once before, to compile it
    }

    [Fact]
    public void To_the_loop_it_is_the_network_itself()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using UnclipModel model = ModelFolder.Load(TinyModel.Folder, new() { Provider = ExecutionProvider.Cpu, Threads = 1 }, ModelParts.Decoder);
        DecoderNetworks networks = model.Decoder!;
        DecoderNetworks measured = MeasuredDenoiser.In(networks, Metrics(services), TimeProvider.System);

        Assert.Equal(networks.SuperResolution.Count, measured.SuperResolution.Count);
        foreach ((IDenoiser real, IDenoiser seen) in networks.SuperResolution.Select(stage => stage.First).Prepend(networks.Decoder)
            .Zip(measured.SuperResolution.Select(stage => stage.First).Prepend(measured.Decoder)))
        {
            Assert.IsType<MeasuredDenoiser>(seen);
            Assert.Equal((real.Capacity, real.TimestepPerRow, real.SampleLength, real.OutputLength), (seen.Capacity, seen.TimestepPerRow, seen.SampleLength, seen.OutputLength));
            Assert.True(seen.Sample(0) == real.Sample(0)); // the same memory
            Assert.True(seen.Output(0) == real.Output(0));
        }
    }

    private static MeasuredDenoiser Measure(IServiceProvider services, TimeProvider time, IDenoiser network) => new(network, "decoder", Metrics(services), time);

    private static DecoderMetrics Metrics(IServiceProvider services) => new(services.GetRequiredService<IMeterFactory>(), Options.Create(new DecoderOptions()), TimeProvider.System);

    private static long AllocatedBy(MeasuredDenoiser network)
    {
        RunAll(network);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RunAll(network);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void RunAll(MeasuredDenoiser network)
    {
        for (int run = 0; run < Runs; run++)
        {
            network.Run(3);
        }
    }

    private sealed class CountingTime : TimeProvider
    {
        public int Reads { get; private set; }

        public override long GetTimestamp()
        {
            Reads++;
            return System.GetTimestamp();
        }
    }

    /// <summary>What is measured is the measuring alone.</summary>
    private sealed class NoNetwork : IDenoiser
    {
        public int Capacity => 3;

        public bool TimestepPerRow => true;

        public int SampleLength => 0;

        public int OutputLength => 0;

        public Span<float> Sample(int row) => [];

        public void Condition(int row, RowConditioning conditioning)
        {
        }

        public void SetTimestep(int row, float timestep)
        {
        }

        public void Run(int rows, string? adapter = null)
        {
        }

        public ReadOnlySpan<float> Output(int row) => [];
    }
}
