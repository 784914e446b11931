using Limner.Diffusion.Noise;

namespace Limner.Diffusion.Sampling;

/// <summary>Noise drawn from its key alone (<see cref="SeededNoise"/>), so that a request can be repeated anywhere.</summary>
public sealed class SeededNoiseSource : INoiseSource
{
    /// <inheritdoc/>
    public void Fill(NoiseKey key, Span<float> destination) => SeededNoise.FillGaussian(key, destination);
}
