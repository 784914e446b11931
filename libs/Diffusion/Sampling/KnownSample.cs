using Limner.Diffusion.Noise;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Sampling;

/// <summary>
/// What a sample has to come out with in places that are known: there it is replaced, before every step, by the known noised as far as
/// the rest is (arXiv 2201.09865, equation 8).
/// </summary>
/// <param name="Clean">As long as the sample; where nothing is known it is not read.</param>
/// <param name="Weights">How much is known, 0 to 1, in as many places as divide the sample: one plane, or all of it.</param>
/// <param name="Resamplings">How often each step is done; above once, the sample is noised again in between, so that what is new can suit what is known (RePaint).</param>
public sealed record KnownSample(ReadOnlyMemory<float> Clean, ReadOnlyMemory<float> Weights, int Resamplings = 1)
{
    /// <summary>Puts what is known into the sample, at the sample's own noise.</summary>
    /// <param name="level">How far the sample is noised.</param>
    /// <param name="noise">The noise that the sample began with; empty where the level has none.</param>
    /// <param name="sample">As long as <see cref="Clean"/>.</param>
    public void Hold(NoiseLevel level, ReadOnlySpan<float> noise, Span<float> sample)
    {
        ReadOnlySpan<float> weights = Weights.Span;
        for (int start = 0; start < sample.Length; start += weights.Length)
        {
            ReadOnlySpan<float> clean = Clean.Span.Slice(start, weights.Length);
            ReadOnlySpan<float> drawn = level.Noise == 0 ? [] : noise.Slice(start, weights.Length);
            Span<float> plane = sample.Slice(start, weights.Length);
            for (int i = 0; i < weights.Length; i++)
            {
                float weight = weights[i];
                if (weight == 0)
                {
                    continue;
                }

                float known = drawn.IsEmpty ? clean[i] : (level.Signal * clean[i]) + (level.Noise * drawn[i]);
                plane[i] = weight == 1 ? known : plane[i] + (weight * (known - plane[i]));
            }
        }
    }

    /// <summary>Takes a sample one step back into the noise.</summary>
    public static void GoBack(NoiseLevel from, NoiseLevel to, ReadOnlySpan<float> noise, Span<float> sample)
    {
        float signal = to.Signal / from.Signal;
        float deviation = MathF.Sqrt(Math.Max(0, (to.Noise * to.Noise) - (signal * signal * from.Noise * from.Noise)));
        for (int i = 0; i < sample.Length; i++)
        {
            sample[i] = (signal * sample[i]) + (deviation * noise[i]);
        }
    }

    /// <summary>Key of the noise that takes a sample back to <paramref name="step"/> for another try.</summary>
    internal NoiseKey ResamplingKey(NoiseKey key, int step, int resampling) => TryKey(key, Stage.Resampling, step, resampling);

    /// <summary>Key of a step's own noise: the first try's is that of a step done once, and each further try draws a new z (arXiv 2201.09865, algorithm 1).</summary>
    internal NoiseKey StepKey(NoiseKey key, int step, int resampling) =>
        resampling == 0 ? key with { Step = step } : TryKey(key, Stage.RepeatedStep, step, resampling);

    private NoiseKey TryKey(NoiseKey key, Stage added, int step, int resampling) =>
        key with { Stage = key.Stage | added, Step = (step * Resamplings) + resampling };
}
