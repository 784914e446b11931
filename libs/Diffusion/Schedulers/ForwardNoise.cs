using System.Numerics;

namespace Limner.Diffusion.Schedulers;

/// <summary>The forward process: a clean sample at a training timestep.</summary>
public static class ForwardNoise
{
    /// <summary>Writes <c>sqrt(ᾱ_t) x0 + sqrt(1 - ᾱ_t) noise</c> (arXiv 2006.11239, equation 4).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timestep"/> is not a training timestep.</exception>
    /// <exception cref="ArgumentException">The spans differ in length, or the configuration is Euler's, whose samples are not scaled so.</exception>
    public static void AddNoise(
        SchedulerConfig config, int timestep, ReadOnlySpan<float> clean, ReadOnlySpan<float> noise, Span<float> noisy)
    {
        ArgumentNullException.ThrowIfNull(config);
        if ((uint)timestep >= (uint)config.TrainTimesteps)
        {
            throw new ArgumentOutOfRangeException(
                nameof(timestep), timestep, $"The model was trained with timesteps 0 to {config.TrainTimesteps - 1}.");
        }

        if (config.Kind == SchedulerKind.EulerDiscrete)
        {
            throw new ArgumentException("Euler's samples are clean + sigma * noise; this is the variance-preserving form.", nameof(config));
        }

        StepSpans.CheckLength(clean, noisy.Length);
        StepSpans.CheckLength(noise, noisy.Length);
        float alpha = new NoiseSchedule(config).CumulativeAlphas[timestep];
        clean.CopyTo(noisy);
        StepKernel.Run(new Kernel(MathF.Sqrt(alpha), MathF.Sqrt(1f - alpha)), noisy, noise);
    }

    private readonly record struct Kernel(float Signal, float Noise) : IStepKernel
    {
        public Vector<float> Invoke(
            Vector<float> sample, Vector<float> output, Vector<float> auxiliary, Vector<float> noise, ref Vector<float> history) =>
            (sample * Signal) + (output * Noise);
    }
}
