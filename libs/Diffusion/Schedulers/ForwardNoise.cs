namespace Limner.Diffusion.Schedulers;

/// <summary>The forward process: a clean sample at a training timestep.</summary>
public static class ForwardNoise
{
    /// <summary>Writes <c>sqrt(ᾱ_t) x0 + sqrt(1 - ᾱ_t) noise</c> (arXiv 2006.11239, equation 4).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timestep"/> is not a training timestep.</exception>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void AddNoise(
        SchedulerConfig config, int timestep, ReadOnlySpan<float> clean, ReadOnlySpan<float> noise, Span<float> noisy) =>
        throw new NotImplementedException();
}
