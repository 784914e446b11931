using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Decoder.Telemetry;

/// <summary>A network whose runs are measured; to the sampling loop it is the network itself.</summary>
internal sealed class MeasuredDenoiser(IDenoiser network, string name, DecoderMetrics metrics, TimeProvider time) : IDenoiser
{
    public int Capacity => network.Capacity;

    public bool TimestepPerRow => network.TimestepPerRow;

    public int SampleLength => network.SampleLength;

    public int OutputLength => network.OutputLength;

    /// <summary>The same model with all of its sampling loops' networks measured.</summary>
    public static DecoderNetworks In(DecoderNetworks networks, DecoderMetrics metrics, TimeProvider time)
    {
        MeasuredDenoiser Of(IDenoiser network, string name) => new(network, name, metrics, time);
        return networks with
        {
            Decoder = Of(networks.Decoder, "decoder"),
            SuperResolution =
            [
                .. networks.SuperResolution.Select((stage, i) => stage with
                {
                    First = Of(stage.First, $"super_resolution_{i + 1}"),
                    Last = stage.Last is { } last ? Of(last, $"super_resolution_{i + 1}") : null,
                }),
            ],
        };
    }

    public void Run(int rows, string? adapter = null)
    {
        if (!metrics.WantsSteps)
        {
            network.Run(rows, adapter);
            return;
        }

        long started = time.GetTimestamp();
        network.Run(rows, adapter);
        metrics.Stepped(name, rows, time.GetElapsedTime(started));
    }

    public Span<float> Sample(int row) => network.Sample(row);

    public void Condition(int row, RowConditioning conditioning) => network.Condition(row, conditioning);

    public void SetTimestep(int row, float timestep) => network.SetTimestep(row, timestep);

    public ReadOnlySpan<float> Output(int row) => network.Output(row);
}
