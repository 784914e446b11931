namespace Limner.Diffusion.Sampling;

/// <summary>A part of a sample that is larger than the network: its predictions are joined with those of its neighbours at every step (arXiv 2302.08113).</summary>
/// <param name="Place">Where it lies.</param>
/// <param name="Conditional">What it is conditioned on; channels are those of the whole sample.</param>
/// <param name="Unconditional">Conditioning of the unguided row; null where the sample is not guided.</param>
public sealed record SampleWindow(WindowPlace Place, RowConditioning Conditional, RowConditioning? Unconditional = null);
