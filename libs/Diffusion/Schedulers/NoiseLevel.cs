namespace Limner.Diffusion.Schedulers;

/// <summary>A sample is <c>Signal · clean + Noise · ε</c>, ε being unit Gaussian noise.</summary>
/// <param name="Signal"><c>sqrt(ᾱ)</c>; 1 for Euler, whose noise grows instead.</param>
/// <param name="Noise"><c>sqrt(1 - ᾱ)</c>, or Euler's σ.</param>
public readonly record struct NoiseLevel(float Signal, float Noise)
{
    /// <summary>No noise.</summary>
    public static NoiseLevel Clean { get; } = new(1, 0);

    /// <summary>Writes <paramref name="clean"/> at this level.</summary>
    public void Apply(ReadOnlySpan<float> clean, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        for (int i = 0; i < noisy.Length; i++)
        {
            noisy[i] = (Signal * clean[i]) + (Noise * noise[i]);
        }
    }

    internal static NoiseLevel[] Of(NoiseSchedule schedule, int[] timesteps) =>
        [.. Array.ConvertAll(timesteps, t => new NoiseLevel(MathF.Sqrt(schedule.CumulativeAlphas[t]), MathF.Sqrt(1f - schedule.CumulativeAlphas[t]))), Clean];
}
