namespace Limner.Diffusion.Noise;

/// <summary>Gaussian noise as a pure function of its key and position.</summary>
public static class SeededNoise
{
    /// <summary>
    /// Fills <paramref name="destination"/> with unit Gaussian noise. A value depends on the key and its index alone, so a
    /// shorter span gives a prefix of a longer one.
    /// </summary>
    public static void FillGaussian(NoiseKey key, Span<float> destination) => throw new NotImplementedException();
}
