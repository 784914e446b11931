using static Limner.Diffusion.Schedulers.TorchFunctions;

namespace Limner.Diffusion.Schedulers;

/// <summary>The coefficients of ancestral sampling. Every operation is a float32 one, in the order of diffusers 0.18.2.</summary>
internal static class AncestralPlans
{
    private const float MinVariance = 1e-20f;

    public static AncestralScheduler Unclip(SchedulerConfig config, int steps)
    {
        var schedule = new NoiseSchedule(config);
        int[] timesteps = Timesteps.Unclip(config, steps);
        var kernels = new AncestralScheduler.Kernel[steps];
        for (int i = 0; i < steps; i++)
        {
            (int t, int previous) = (timesteps[i], i + 1 < steps ? timesteps[i + 1] : -1);
            var level = new Level(schedule.CumulativeAlphas, t, previous);

            // Neighbouring timesteps take the trained beta; skipped ones a beta that spans the gap.
            bool adjacent = previous == t - 1;
            float beta = adjacent ? schedule.Betas[t] : 1f - (level.Alpha / level.PreviousAlpha);
            float alpha = adjacent ? schedule.Alphas[t] : 1f - beta;
            kernels[i] = Kernel(config, level, alpha, beta, level.PreviousRest / level.Rest * beta, noisy: t > 0);
        }

        return new AncestralScheduler(timesteps, NoiseLevel.Of(schedule, timesteps), kernels, config.VarianceType == VarianceType.LearnedRange);
    }

    public static AncestralScheduler Ddpm(SchedulerConfig config, int steps)
    {
        var schedule = new NoiseSchedule(config);
        int[] timesteps = Timesteps.Discrete(config, steps);
        var kernels = new AncestralScheduler.Kernel[timesteps.Length];
        for (int i = 0; i < kernels.Length; i++)
        {
            // As in DDIM: diffusers goes back by 1000 / steps.
            (int t, int previous) = (timesteps[i], i + 1 < timesteps.Length ? timesteps[i + 1] : -1);
            var level = new Level(schedule.CumulativeAlphas, t, previous);
            float alpha = level.Alpha / level.PreviousAlpha;
            float beta = 1f - alpha;
            kernels[i] = Kernel(config, level, alpha, beta, level.PreviousRest / level.Rest * beta, noisy: t > 0);
        }

        return new AncestralScheduler(timesteps, NoiseLevel.Of(schedule, timesteps), kernels, config.VarianceType == VarianceType.LearnedRange)
        {
            Threshold = config.Thresholding ? new(config.ThresholdingRatio, config.SampleMaxValue) : null,
        };
    }

    private static AncestralScheduler.Kernel Kernel(
        SchedulerConfig config, Level level, float alpha, float beta, float posterior, bool noisy)
    {
        var prediction = new CleanPrediction(
            config.PredictionType, MathF.Sqrt(level.Alpha), MathF.Sqrt(level.Rest), CleanPrediction.ClipOf(config));
        var mean = new AncestralScheduler.Kernel(
            prediction, MathF.Sqrt(level.PreviousAlpha) * beta / level.Rest, MathF.Sqrt(alpha) * level.PreviousRest / level.Rest);
        if (!noisy)
        {
            return mean;
        }

        float variance = Math.Max(posterior, MinVariance);
        return config.VarianceType switch
        {
            VarianceType.FixedSmall => mean with { Deviation = MathF.Sqrt(variance) },
            VarianceType.FixedSmallLog => mean with { Deviation = Exp(0.5f * Log(variance)) },
            VarianceType.FixedLarge => mean with { Deviation = MathF.Sqrt(beta) },
            _ => mean with { Learned = true, SmallLogVariance = Log(variance), LargeLogVariance = Log(beta) },
        };
    }

    private readonly struct Level(float[] cumulativeAlphas, int timestep, int previous)
    {
        public float Alpha { get; } = cumulativeAlphas[timestep];

        public float PreviousAlpha { get; } = previous >= 0 ? cumulativeAlphas[previous] : 1f;

        public float Rest => 1f - Alpha;

        public float PreviousRest => 1f - PreviousAlpha;
    }
}
