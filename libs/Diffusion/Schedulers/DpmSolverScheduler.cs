namespace Limner.Diffusion.Schedulers;

/// <summary>Multistep DPM-Solver++ of order 1 to 3 (arXiv 2211.01095), deterministic or stochastic.</summary>
internal sealed class DpmSolverScheduler : IScheduler
{
    private readonly int[] _timesteps;
    private readonly NoiseLevel[] _levels;
    private readonly DpmSolverKernel[] _kernels;
    private readonly int _remembered;
    private readonly bool _stochastic;
    private readonly bool _learnedVariance;

    public DpmSolverScheduler(SchedulerConfig config, int steps)
    {
        var plan = new DpmSolverPlan(config);
        _timesteps = TimestepsOf(config, steps);
        if (_timesteps.Length == 0)
        {
            throw new ArgumentException($"lambda_min_clipped {config.LambdaMinClipped} leaves no timestep to visit.", nameof(config));
        }

        _levels = NoiseLevel.Of(new NoiseSchedule(config), _timesteps);
        _kernels = plan.Kernels(_timesteps);
        _remembered = config.SolverOrder - 1;
        _stochastic = config.Algorithm == SolverAlgorithm.SdeDpmSolverPlusPlus;
        _learnedVariance = config.VarianceType == VarianceType.LearnedRange;
    }

    public int StepCount => _timesteps.Length;

    public float InitNoiseSigma => 1;

    public static int[] TimestepsOf(SchedulerConfig config, int steps) => config.UseKarrasSigmas
        ? KarrasSigmas.Rounded(new NoiseSchedule(config).Sigmas(), steps)
        : Timesteps.Multistep(config, steps, new DpmSolverPlan(config).LastTimestep);

    public float Timestep(int step)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        return _timesteps[step];
    }

    public NoiseLevel Level(int step) => _levels[step];

    public bool NeedsNoise(int step)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        return _kernels[step].Deviation != 0;
    }

    public int HistoryLength(int sampleLength) => _remembered * sampleLength;

    public void ScaleModelInput(int step, ReadOnlySpan<float> sample, Span<float> scaled) => StepSpans.Copy(sample, scaled);

    public void Step(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> noise, Span<float> sample, Span<float> history)
    {
        bool noisy = NeedsNoise(step);
        int n = sample.Length;

        // The solver integrates the mean alone: a learned variance is left unread.
        StepSpans.CheckLength(modelOutput, _learnedVariance ? 2 * n : n);
        StepSpans.CheckLength(history, HistoryLength(n));
        if (noisy)
        {
            StepSpans.CheckLength(noise, n);
        }

        // A ring of order - 1 predictions: this step overwrites the oldest, and the newest lies before it.
        Span<float> oldest = _remembered == 0 ? default : history.Slice(step % _remembered * n, n);
        Span<float> newest = _remembered == 0 ? default : history.Slice((step + _remembered - 1) % _remembered * n, n);
        StepKernel.Run(_kernels[step], sample, modelOutput[..n], newest, noisy ? noise : default, oldest);
    }

    public void PredictClean(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, Span<float> clean)
    {
        StepSpans.CheckStep(step, _timesteps.Length);
        _kernels[step].Prediction.Run(sample, modelOutput, clean);
    }
}
