using System.Numerics;

namespace Limner.Diffusion.Schedulers;

/// <summary>Euler's method on the probability-flow equation (arXiv 2206.00364, algorithm 1 without churn).</summary>
internal sealed class EulerScheduler : IScheduler
{
    private readonly float[] _timesteps;
    private readonly float[] _sigmas;
    private readonly Kernel[] _kernels;

    public EulerScheduler(SchedulerConfig config, int steps)
    {
        (double[] timesteps, float[] sigmas) = Levels(config, steps);
        _timesteps = Array.ConvertAll(timesteps, t => (float)t);
        _sigmas = sigmas;
        _kernels = new Kernel[_timesteps.Length];
        for (int i = 0; i < _kernels.Length; i++)
        {
            _kernels[i] = new Kernel(config.PredictionType, sigmas[i], sigmas[i + 1] - sigmas[i]);
        }

        float noisiest = sigmas.Max();
        InitNoiseSigma = config.TimestepSpacing == TimestepSpacing.Leading ? Scale(noisiest) : noisiest;
    }

    public int StepCount => _timesteps.Length;

    public float InitNoiseSigma { get; }

    /// <summary>The run's timesteps, and its noise levels with a final 0.</summary>
    public static (double[] Timesteps, float[] Sigmas) Levels(SchedulerConfig config, int steps)
    {
        float[] trained = new NoiseSchedule(config).Sigmas();
        double[] timesteps = Timesteps.Fractional(config, steps);
        double[] sigmas = Array.ConvertAll(timesteps, t => Interpolate(trained, t));
        if (config.UseKarrasSigmas)
        {
            sigmas = KarrasSigmas.Between(sigmas[0], sigmas[^1], sigmas.Length);
            timesteps = KarrasSigmas.TimestepsOf(sigmas, trained);
        }

        return (timesteps, [.. sigmas.Select(sigma => (float)sigma), 0f]);
    }

    public float Timestep(int step)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        return _timesteps[step];
    }

    public NoiseLevel Level(int step) => new(1, _sigmas[step]);

    public bool NeedsNoise(int step)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        return false;
    }

    public int HistoryLength(int sampleLength) => 0;

    public void ScaleModelInput(int step, ReadOnlySpan<float> sample, Span<float> scaled)
    {
        StepSpans.Copy(sample, scaled);
        StepSpans.CheckStep(step, _timesteps.Length);
        StepKernel.Run(new Division(Scale(_sigmas[step])), scaled, default);
    }

    public void Step(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> noise, Span<float> sample, Span<float> history)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        StepSpans.CheckLength(modelOutput, sample.Length);
        StepKernel.Run(_kernels[step], sample, modelOutput);
    }

    public void PredictClean(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, Span<float> clean)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        StepSpans.Copy(sample, clean);
        // A step all the way to σ = 0 lands on the clean sample.
        StepKernel.Run(_kernels[step] with { Interval = -_sigmas[step] }, clean, modelOutput);
    }

    private static float Scale(float sigma) => MathF.Sqrt((sigma * sigma) + 1f);

    private static double Interpolate(float[] trained, double timestep)
    {
        int low = Math.Min((int)timestep, trained.Length - 1);
        return low == trained.Length - 1
            ? trained[low]
            : (((double)trained[low + 1] - trained[low]) * (timestep - low)) + trained[low];
    }

    private readonly record struct Division(float Divisor) : IStepKernel
    {
        public Vector<float> Invoke(
            Vector<float> sample, Vector<float> output, Vector<float> auxiliary, Vector<float> noise, ref Vector<float> history) =>
            sample / new Vector<float>(Divisor);
    }

    private readonly record struct Kernel(PredictionType Type, float Sigma, float Interval) : IStepKernel
    {
        public Vector<float> Invoke(
            Vector<float> sample, Vector<float> output, Vector<float> auxiliary, Vector<float> noise, ref Vector<float> history)
        {
            // The model saw the sample divided by sqrt(σ² + 1), so its v is in those units.
            Vector<float> clean = Type switch
            {
                PredictionType.Epsilon => sample - (output * Sigma),
                PredictionType.Sample => output,
                _ => (output * (-Sigma / Scale(Sigma))) + (sample / new Vector<float>((Sigma * Sigma) + 1f)),
            };
            return sample + ((sample - clean) / new Vector<float>(Sigma) * Interval);
        }
    }
}
