using static Limner.Diffusion.Schedulers.TorchFunctions;

namespace Limner.Diffusion.Schedulers;

/// <summary>The coefficients of DPM-Solver++; float32 operations in the order of diffusers 0.18.2.</summary>
internal sealed class DpmSolverPlan
{
    private readonly SchedulerConfig _config;
    private readonly float[] _signal;
    private readonly float[] _noise;
    private readonly float[] _lambda;

    public DpmSolverPlan(SchedulerConfig config)
    {
        _config = config;
        float[] alphas = new NoiseSchedule(config).CumulativeAlphas;
        _signal = Array.ConvertAll(alphas, MathF.Sqrt);
        _noise = Array.ConvertAll(alphas, alpha => MathF.Sqrt(1f - alpha));
        _lambda = new float[alphas.Length];
        for (int t = 0; t < alphas.Length; t++)
        {
            _lambda[t] = Log(_signal[t]) - Log(_noise[t]);
        }
    }

    /// <summary>Number of training timesteps whose half log signal-to-noise ratio is not clipped away.</summary>
    public int LastTimestep => _lambda.Count(lambda => lambda >= _config.LambdaMinClipped);

    public DpmSolverKernel[] Kernels(int[] timesteps)
    {
        var kernels = new DpmSolverKernel[timesteps.Length];
        for (int i = 0; i < kernels.Length; i++)
        {
            kernels[i] = Kernel(timesteps, i);
        }

        return kernels;
    }

    private DpmSolverKernel Kernel(int[] timesteps, int step)
    {
        (bool last, int now) = (step == timesteps.Length - 1, timesteps[step]);
        var prediction = new CleanPrediction(_config.PredictionType, _signal[now], _noise[now], float.PositiveInfinity);
        if (last && _config.EndAtClean)
        {
            return new DpmSolverKernel(prediction, Order: 1, SampleWeight: 0, CleanWeight: -1);
        }

        int next = last ? 0 : timesteps[step + 1];
        float h = _lambda[next] - _lambda[now];
        bool stochastic = _config.Algorithm == SolverAlgorithm.SdeDpmSolverPlusPlus;
        DpmSolverKernel kernel = stochastic ? Stochastic(prediction, now, next, h) : Deterministic(prediction, now, next, h);
        return Order(step, timesteps.Length) switch
        {
            1 => kernel with { Order = 1 },
            2 => Second(kernel, timesteps, step, h, stochastic, _signal[next]),
            _ => Third(kernel, timesteps, step, h, _signal[next]),
        };
    }

    // Runs of fewer than 15 steps end at lower order (arXiv 2211.01095, section 5.2 and diffusers' threshold).
    private int Order(int step, int count)
    {
        bool lowerFinal = _config.LowerOrderFinal && count < 15;
        int remaining = lowerFinal ? count - step : int.MaxValue;
        return Math.Min(Math.Min(_config.SolverOrder, step + 1), remaining);
    }

    private DpmSolverKernel Deterministic(CleanPrediction prediction, int now, int next, float h) =>
        new(prediction, 1, _noise[next] / _noise[now], _signal[next] * (Exp(-h) - 1f));

    private DpmSolverKernel Stochastic(CleanPrediction prediction, int now, int next, float h)
    {
        float decay = Exp(-2f * h);
        return new DpmSolverKernel(
            prediction,
            1,
            _noise[next] / _noise[now] * Exp(-h),
            -(_signal[next] * (1f - decay)),
            Deviation: _noise[next] * MathF.Sqrt(1f - decay));
    }

    private DpmSolverKernel Second(DpmSolverKernel kernel, int[] timesteps, int step, float h, bool stochastic, float signal)
    {
        float r0 = (_lambda[timesteps[step]] - _lambda[timesteps[step - 1]]) / h;
        float heun = stochastic
            ? -(signal * (((1f - Exp(-2f * h)) / (-2f * h)) + 1f))
            : -(signal * (((Exp(-h) - 1f) / h) + 1f));
        return kernel with
        {
            Order = 2,
            InverseR0 = 1f / r0,
            FirstWeight = _config.SolverType == SolverType.Heun ? heun : 0.5f * kernel.CleanWeight,
        };
    }

    private DpmSolverKernel Third(DpmSolverKernel kernel, int[] timesteps, int step, float h, float signal)
    {
        float r0 = (_lambda[timesteps[step]] - _lambda[timesteps[step - 1]]) / h;
        float r1 = (_lambda[timesteps[step - 1]] - _lambda[timesteps[step - 2]]) / h;
        return kernel with
        {
            Order = 3,
            InverseR0 = 1f / r0,
            InverseR1 = 1f / r1,
            Extrapolation = r0 / (r0 + r1),
            InverseSpan = 1f / (r0 + r1),
            FirstWeight = -(signal * (((Exp(-h) - 1f) / h) + 1f)),
            SecondWeight = signal * (((Exp(-h) - 1f + h) / (h * h)) - 0.5f),
        };
    }
}
