using Limner.Diffusion.Noise;

namespace Limner.Diffusion.Sampling;

/// <summary>Where the noise of a sampling loop comes from: drawn from its key, or recorded from another implementation.</summary>
public interface INoiseSource
{
    /// <summary>Fills <paramref name="destination"/> with the unit Gaussian noise of <paramref name="key"/>.</summary>
    void Fill(NoiseKey key, Span<float> destination);
}
