namespace Limner.Diffusion.Schedulers;

/// <summary>The noise levels of arXiv 2206.00364, equation 5, and the timesteps they lie at.</summary>
internal static class KarrasSigmas
{
    private const double Rho = 7;

    /// <summary><paramref name="steps"/> levels from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public static double[] Between(double first, double last, int steps)
    {
        (double start, double end) = (Math.Pow(first, 1 / Rho), Math.Pow(last, 1 / Rho));
        double[] levels = new double[steps];
        for (int i = 0; i < steps; i++)
        {
            levels[i] = Math.Pow(start + ((steps > 1 ? (double)i / (steps - 1) : 0) * (end - start)), Rho);
        }

        return levels;
    }

    /// <summary>Whole timesteps for DPM-Solver++, from the noisiest of <paramref name="trained"/> to the cleanest.</summary>
    public static int[] Rounded(float[] trained, int steps)
    {
        // The original counts from the cleanest up and turns the result around, which for one step leaves the cleanest.
        double[] levels = Between(trained[0], trained[^1], steps);
        Array.Reverse(levels);
        return [.. TimestepsOf(levels, trained).Select(timestep => (int)Math.Round(timestep)).Distinct()];
    }

    /// <summary>Timesteps of noise levels by linear interpolation of their logarithms.</summary>
    public static double[] TimestepsOf(double[] levels, float[] trained)
    {
        float[] logs = Array.ConvertAll(trained, NumPyLogarithm.Of);
        return Array.ConvertAll(levels, level =>
        {
            float log = (float)Math.Log(level);
            int low = Math.Clamp(Array.FindLastIndex(logs, trainedLog => log - trainedLog >= 0), 0, logs.Length - 2);

            // float32 weights on a float64 timestep, as NumPy promotes them.
            float weight = Math.Clamp((logs[low] - log) / (logs[low] - logs[low + 1]), 0f, 1f);
            return ((1f - weight) * (double)low) + (weight * (double)(low + 1));
        });
    }
}
