using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>What a stage's sampling loop needs to know of a candidate.</summary>
internal sealed record StageSample(
    PipelineStage Name, Stage Noise, IScheduler Plan, ImageShape Shape, RowConditioning Conditional, RowConditioning? Unconditional = null)
{
    public IReadOnlyList<SampleWindow> Windows { get; init; } = [];

    /// <summary>Floats of the network's output for the whole sample.</summary>
    public int OutputLength { get; init; }

    public string? Adapter { get; init; }

    public KnownSample? Known { get; init; }
}
