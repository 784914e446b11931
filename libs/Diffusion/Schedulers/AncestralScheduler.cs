using System.Buffers;
using System.Numerics;

namespace Limner.Diffusion.Schedulers;

/// <summary>
/// Ancestral sampling (arXiv 2006.11239, equation 7 for the mean): DDPM's, and UnCLIP's, which differ in how betas follow from the
/// timesteps that are skipped.
/// </summary>
internal sealed class AncestralScheduler(int[] timesteps, NoiseLevel[] levels, AncestralScheduler.Kernel[] kernels, bool learnedVariance) : IScheduler
{
    /// <summary>What is done to the predicted clean sample as a whole; null for nothing.</summary>
    public DynamicThreshold? Threshold { get; init; }

    public int StepCount => timesteps.Length;

    public float InitNoiseSigma => 1;

    public float Timestep(int step)
    {
        StepSpans.CheckStep(step, timesteps.Length);
        return timesteps[step];
    }

    public NoiseLevel Level(int step) => levels[step];

    public bool NeedsNoise(int step) => Timestep(step) > 0;

    public int HistoryLength(int sampleLength) => 0;

    public void ScaleModelInput(int step, ReadOnlySpan<float> sample, Span<float> scaled) => StepSpans.Copy(sample, scaled);

    public void Step(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> noise, Span<float> sample, Span<float> history)
    {
        bool noisy = NeedsNoise(step);
        StepSpans.CheckLength(modelOutput, learnedVariance ? 2 * sample.Length : sample.Length);
        if (noisy)
        {
            StepSpans.CheckLength(noise, sample.Length);
        }

        ReadOnlySpan<float> variance = learnedVariance && noisy ? modelOutput[sample.Length..] : default;
        if (Threshold is null)
        {
            StepKernel.Run(kernels[step], sample, modelOutput[..sample.Length], variance, noisy ? noise : default);
            return;
        }

        float[] clean = ArrayPool<float>.Shared.Rent(sample.Length);
        PredictClean(step, modelOutput, sample, clean.AsSpan(0, sample.Length));
        Kernel known = kernels[step] with { Prediction = CleanPrediction.Known };
        StepKernel.Run(known, sample, clean.AsSpan(0, sample.Length), variance, noisy ? noise : default);
        ArrayPool<float>.Shared.Return(clean);
    }

    public void PredictClean(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, Span<float> clean)
    {
        StepSpans.CheckStep(step, timesteps.Length);
        kernels[step].Prediction.Run(sample, modelOutput, clean);
        Threshold?.Apply(clean);
    }

    /// <summary>One step. The deviation is fixed, or interpolated between two log variances (arXiv 2102.09672, equation 15).</summary>
    internal readonly record struct Kernel(
        CleanPrediction Prediction,
        float CleanWeight,
        float SampleWeight,
        float Deviation = 0,
        bool Learned = false,
        float SmallLogVariance = 0,
        float LargeLogVariance = 0) : IStepKernel
    {
        public Vector<float> Invoke(
            Vector<float> sample, Vector<float> output, Vector<float> auxiliary, Vector<float> noise, ref Vector<float> history)
        {
            Vector<float> mean = (Prediction.Clean(sample, output) * CleanWeight) + (sample * SampleWeight);
            if (!Learned)
            {
                return Deviation == 0 ? mean : mean + (noise * Deviation);
            }

            Vector<float> share = (auxiliary + Vector<float>.One) * 0.5f;
            Vector<float> logVariance = (share * LargeLogVariance) + ((Vector<float>.One - share) * SmallLogVariance);
            return mean + (Vector.Exp(logVariance * 0.5f) * noise);
        }
    }
}
