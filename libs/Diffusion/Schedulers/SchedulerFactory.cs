namespace Limner.Diffusion.Schedulers;

/// <summary>Makes plans from configurations.</summary>
public static class SchedulerFactory
{
    /// <summary>The plan of <paramref name="config"/> for <paramref name="steps"/> steps.</summary>
    /// <exception cref="ArgumentException">A value of the configuration is not one its rule can run with.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="steps"/> is outside 1 (UnCLIP: 2) to <see cref="SchedulerConfig.TrainTimesteps"/>, or the configuration's
    /// <see cref="SchedulerConfig.StepsOffset"/> puts a timestep past the last trained one.
    /// </exception>
    public static IScheduler Create(SchedulerConfig config, int steps)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (SchedulerRules.Violation(config) is { } violation)
            throw new ArgumentException(violation, nameof(config));

        // UnCLIP's stride is (train timesteps - 1) / (steps - 1): one step has none.
        var fewest = config.Kind == SchedulerKind.UnClip ? 2 : 1;
        if (steps < fewest || steps > config.TrainTimesteps)
        {
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"The {config.Kind} scheduler takes {fewest} to {config.TrainTimesteps} steps.");
        }

        RequireTrainedTimesteps(config, steps);
        return config.Kind switch
        {
            SchedulerKind.UnClip => AncestralPlans.Unclip(config, steps),
            SchedulerKind.Ddpm => AncestralPlans.Ddpm(config, steps),
            SchedulerKind.Ddim => new DdimScheduler(config, steps),
            SchedulerKind.DpmSolverMultistep => new DpmSolverScheduler(config, steps),
            _ => new EulerScheduler(config, steps),
        };
    }

    private static void RequireTrainedTimesteps(SchedulerConfig config, int steps)
    {
        if (config.TimestepSpacing != TimestepSpacing.Leading || config.Kind == SchedulerKind.UnClip)
            return;

        var points = config.Kind == SchedulerKind.DpmSolverMultistep ? steps + 1 : steps;
        var highest = ((points - 1) * (config.TrainTimesteps / points)) + config.StepsOffset;
        if (highest >= config.TrainTimesteps)
        {
            throw new ArgumentOutOfRangeException(
                nameof(steps),
                steps,
                $"With steps_offset {config.StepsOffset} this many steps start at timestep {highest}, past the last trained one, "
                + $"{config.TrainTimesteps - 1}; ask for fewer steps.");
        }
    }
}
