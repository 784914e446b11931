namespace Limner.Diffusion.Schedulers;

/// <summary>Which training timesteps a run visits, from the noisiest on. NumPy's rounding: halves to even.</summary>
internal static class Timesteps
{
    /// <summary>UnCLIP: from the last timestep to 0, both included, whatever the spacing.</summary>
    public static int[] Unclip(SchedulerConfig config, int steps)
    {
        double stride = (double)(config.TrainTimesteps - 1) / (steps - 1);
        return Descending(steps, i => (int)Math.Round(i * stride));
    }

    /// <summary>DDPM and DDIM.</summary>
    public static int[] Discrete(SchedulerConfig config, int steps) => config.TimestepSpacing switch
    {
        TimestepSpacing.Linspace => Descending(steps, Linspace(config.TrainTimesteps - 1, steps)),
        TimestepSpacing.Leading => Descending(steps, i => (i * (config.TrainTimesteps / steps)) + config.StepsOffset),
        _ => Trailing(config.TrainTimesteps, config.TrainTimesteps, steps),
    };

    /// <summary>DPM-Solver++: one interval more than steps, without its last point; repeated timesteps are visited once.</summary>
    public static int[] Multistep(SchedulerConfig config, int steps, int lastTimestep)
    {
        int[] timesteps = config.TimestepSpacing switch
        {
            TimestepSpacing.Linspace => Descending(steps + 1, Linspace(lastTimestep - 1, steps + 1))[..^1],
            TimestepSpacing.Leading =>
                Descending(steps + 1, i => (i * (lastTimestep / (steps + 1))) + config.StepsOffset)[..^1],
            _ => Trailing(config.TrainTimesteps, lastTimestep, steps),
        };
        return [.. timesteps.Distinct()];
    }

    /// <summary>Euler: as DDPM, but linspace is not rounded.</summary>
    public static double[] Fractional(SchedulerConfig config, int steps)
    {
        if (config.TimestepSpacing != TimestepSpacing.Linspace)
        {
            return Array.ConvertAll(Discrete(config, steps), timestep => (double)timestep);
        }

        int last = config.TrainTimesteps - 1;
        double stride = (double)last / Math.Max(1, steps - 1);
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++)
        {
            timesteps[steps - 1 - i] = i * stride;
        }

        if (steps > 1)
        {
            timesteps[0] = last;
        }

        return timesteps;
    }

    private static Func<int, int> Linspace(int last, int count) =>
        i => i == count - 1 && count > 1 ? last : (int)Math.Round(i * ((double)last / Math.Max(1, count - 1)));

    private static int[] Descending(int count, Func<int, int> ascending)
    {
        int[] timesteps = new int[count];
        for (int i = 0; i < count; i++)
        {
            timesteps[count - 1 - i] = ascending(i);
        }

        return timesteps;
    }

    private static int[] Trailing(int trainTimesteps, int lastTimestep, int steps)
    {
        double stride = (double)trainTimesteps / steps;
        int[] timesteps = new int[(int)Math.Ceiling(lastTimestep / stride)];
        for (int i = 0; i < timesteps.Length; i++)
        {
            timesteps[i] = (int)Math.Round(lastTimestep - (i * stride)) - 1;
        }

        return timesteps;
    }
}
