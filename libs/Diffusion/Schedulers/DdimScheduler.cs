using System.Numerics;

namespace Limner.Diffusion.Schedulers;

/// <summary>Denoising diffusion implicit sampling (arXiv 2010.02502, equation 12).</summary>
/// <remarks>
/// A step goes to the timestep that comes next. diffusers goes back by 1000 / steps, which is the same where that is a whole number; where it is not, the network is told of
/// less noise than there is, and hundreds of steps come out grainy.
/// </remarks>
internal sealed class DdimScheduler : IScheduler
{
    private readonly int[] _timesteps;
    private readonly NoiseLevel[] _levels;
    private readonly Kernel[] _kernels;
    private readonly bool _noisy;

    public DdimScheduler(SchedulerConfig config, int steps)
    {
        var schedule = new NoiseSchedule(config);
        float[] alphas = schedule.CumulativeAlphas;
        _timesteps = Timesteps.Discrete(config, steps);
        _levels = NoiseLevel.Of(schedule, _timesteps);
        _noisy = config.Eta > 0;
        _kernels = [.. _timesteps.Select((t, i) =>
        {
            int previous = i + 1 < _timesteps.Length ? _timesteps[i + 1] : -1;
            float previousAlpha = previous >= 0 ? alphas[previous] : config.SetAlphaToOne ? 1f : alphas[0];
            float rest = 1f - alphas[t];
            float variance = (1f - previousAlpha) / rest * (1f - (alphas[t] / previousAlpha));
            float deviation = config.Eta * MathF.Sqrt(variance);
            return new Kernel(
                new CleanPrediction(config.PredictionType, MathF.Sqrt(alphas[t]), MathF.Sqrt(rest), CleanPrediction.ClipOf(config)),
                MathF.Sqrt(previousAlpha),
                MathF.Sqrt(1f - previousAlpha - (deviation * deviation)),
                deviation);
        })];
    }

    public int StepCount => _timesteps.Length;

    public float InitNoiseSigma => 1;

    public float Timestep(int step)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        return _timesteps[step];
    }

    public NoiseLevel Level(int step) => _levels[step];

    public bool NeedsNoise(int step)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        return _noisy;
    }

    public int HistoryLength(int sampleLength) => 0;

    public void ScaleModelInput(int step, ReadOnlySpan<float> sample, Span<float> scaled) => StepSpans.Copy(sample, scaled);

    public void Step(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> noise, Span<float> sample, Span<float> history)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        StepSpans.CheckLength(modelOutput, sample.Length);
        if (_noisy)
        {
            StepSpans.CheckLength(noise, sample.Length);
        }

        StepKernel.Run(_kernels[step], sample, modelOutput, noise: _noisy ? noise : default);
    }

    public void PredictClean(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, Span<float> clean)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        _kernels[step].Prediction.Run(sample, modelOutput, clean);
    }

    private readonly record struct Kernel(CleanPrediction Prediction, float CleanWeight, float DirectionWeight, float Deviation)
        : IStepKernel
    {
        public Vector<float> Invoke(
            Vector<float> sample, Vector<float> output, Vector<float> auxiliary, Vector<float> noise, ref Vector<float> history)
        {
            Vector<float> next = Prediction.Clean(sample, output) * CleanWeight;
            if (DirectionWeight != 0) // at the last step nothing of the noise is left
            {
                next += Prediction.Epsilon(sample, output) * DirectionWeight;
            }

            return Deviation == 0 ? next : next + (noise * Deviation);
        }
    }
}
