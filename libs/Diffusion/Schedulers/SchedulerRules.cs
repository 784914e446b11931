namespace Limner.Diffusion.Schedulers;

/// <summary>Which configurations can run at all.</summary>
internal static class SchedulerRules
{
    /// <summary>What is wrong with <paramref name="config"/>, as a sentence with file keys; null if nothing is.</summary>
    public static string? Violation(SchedulerConfig config) =>
        ScheduleViolation(config) ?? SolverViolation(config) ?? (config.Kind == SchedulerKind.UnClip ? UnclipViolation(config) : null);

    private static string? ScheduleViolation(SchedulerConfig config)
    {
        if (config.TrainTimesteps < 2)
        {
            return $"num_train_timesteps is {config.TrainTimesteps}; it must be at least 2.";
        }

        bool usesBetas = config.BetaSchedule != BetaSchedule.SquaredCosCapV2;
        if (usesBetas && !(config.BetaStart > 0 && config.BetaStart <= config.BetaEnd && config.BetaEnd < 1))
        {
            return $"beta_start {config.BetaStart} and beta_end {config.BetaEnd} must satisfy 0 < beta_start <= beta_end < 1.";
        }

        if (config.ClipSample && !(config.ClipSampleRange > 0 && float.IsFinite(config.ClipSampleRange)))
        {
            return $"clip_sample_range is {config.ClipSampleRange}; it must be positive and finite.";
        }

        if (config.Thresholding && !(config.ThresholdingRatio is > 0 and <= 1 && config.SampleMaxValue >= 1 && float.IsFinite(config.SampleMaxValue)))
        {
            return $"dynamic_thresholding_ratio {config.ThresholdingRatio} must lie in 0 to 1, sample_max_value {config.SampleMaxValue} must be at least 1.";
        }

        return config.StepsOffset < 0 || config.StepsOffset >= config.TrainTimesteps
            ? $"steps_offset is {config.StepsOffset}; it must lie in 0 to {config.TrainTimesteps - 1}."
            : null;
    }

    private static string? SolverViolation(SchedulerConfig config)
    {
        if (!(config.Eta >= 0 && config.Eta <= 1))
        {
            return $"eta is {config.Eta}; it must lie in 0 to 1.";
        }

        if (config.SolverOrder is < 1 or > 3)
        {
            return $"solver_order is {config.SolverOrder}; it must be 1, 2 or 3.";
        }

        if (config.SolverOrder == 3 && config.Algorithm == SolverAlgorithm.SdeDpmSolverPlusPlus)
        {
            return "solver_order 3 has no stochastic form; algorithm_type sde-dpmsolver++ takes 1 or 2.";
        }

        return double.IsNaN(config.LambdaMinClipped) ? "lambda_min_clipped is not a number; -Infinity clips nothing." : null;
    }

    private static string? UnclipViolation(SchedulerConfig config)
    {
        if (config.BetaSchedule != BetaSchedule.SquaredCosCapV2)
        {
            return "UnCLIPScheduler takes beta_schedule squaredcos_cap_v2 alone.";
        }

        if (config.PredictionType == PredictionType.VPrediction)
        {
            return "UnCLIPScheduler takes prediction_type epsilon or sample.";
        }

        return config.VarianceType is VarianceType.FixedSmallLog or VarianceType.LearnedRange
            ? null
            : "UnCLIPScheduler takes variance_type fixed_small_log or learned_range.";
    }
}
