using Limner.Diffusion.Unclip;

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
        {
            throw new ArgumentException(violation, nameof(config));
        }

        if (Refusal(config, steps) is { } refusal)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), steps, refusal);
        }

        return config.Kind switch
        {
            SchedulerKind.UnClip => AncestralPlans.Unclip(config, steps),
            SchedulerKind.Ddpm => AncestralPlans.Ddpm(config, steps),
            SchedulerKind.Ddim => new DdimScheduler(config, steps),
            SchedulerKind.DpmSolverMultistep => new DpmSolverScheduler(config, steps),
            _ => new EulerScheduler(config, steps),
        };
    }

    /// <summary>The same for a number of steps that a caller chose, whom the refusal is for.</summary>
    /// <exception cref="RefusedRequestException">The scheduler does not take that many steps.</exception>
    internal static IScheduler CreateFor(SchedulerConfig config, int steps, string stage) => Refusal(config, steps) is { } refusal
        ? throw new RefusedRequestException(RequestProblem.Steps, $"{refusal} {steps} were asked for, for the {stage}.")
        : Create(config, steps);

    private static string? Refusal(SchedulerConfig config, int steps)
    {
        // UnCLIP's stride is (train timesteps - 1) / (steps - 1): one step has none.
        int fewest = config.Kind == SchedulerKind.UnClip ? 2 : 1;
        if (steps < fewest || steps > config.TrainTimesteps)
        {
            return $"The {config.Kind} scheduler takes {fewest} to {config.TrainTimesteps} steps.";
        }

        if (config.TimestepSpacing != TimestepSpacing.Leading || config.Kind == SchedulerKind.UnClip)
        {
            return null;
        }

        int points = config.Kind == SchedulerKind.DpmSolverMultistep ? steps + 1 : steps;
        int highest = ((points - 1) * (config.TrainTimesteps / points)) + config.StepsOffset;
        return highest < config.TrainTimesteps
            ? null
            : $"With steps_offset {config.StepsOffset} this many steps start at timestep {highest}, past the last trained one, "
            + $"{config.TrainTimesteps - 1}; ask for fewer steps.";
    }
}
