namespace Limner.Diffusion.Schedulers;

/// <summary>
/// Betas, alphas and cumulative alphas of the training timesteps, in float32: <c>1 - ᾱ</c> cancels near timestep 0, so a more exact
/// schedule is a different one, by up to 5e-4 in a step's result (the reference README's first trap).
/// </summary>
internal sealed class NoiseSchedule
{
    private const double MaxBeta = 0.999;

    public NoiseSchedule(SchedulerConfig config)
    {
        Betas = new float[config.TrainTimesteps];
        FillBetas(config, Betas);
        Alphas = Array.ConvertAll(Betas, beta => 1f - beta);

        // Only the running product is wide: each entry is rounded, as the original's accumulation does.
        var product = 1.0;
        CumulativeAlphas = Array.ConvertAll(Alphas, alpha => (float)(product *= alpha));
    }

    public float[] Betas { get; }

    public float[] Alphas { get; }

    public float[] CumulativeAlphas { get; }

    /// <summary>Standard deviation of the noise where the signal has scale 1: <c>sqrt((1 - ᾱ) / ᾱ)</c>.</summary>
    public float[] Sigmas() => Array.ConvertAll(CumulativeAlphas, alpha => MathF.Sqrt((1f - alpha) / alpha));

    private static void FillBetas(SchedulerConfig config, Span<float> betas)
    {
        switch (config.BetaSchedule)
        {
            case BetaSchedule.Linear:
                FillEvenly(config.BetaStart, config.BetaEnd, betas);
                break;
            case BetaSchedule.ScaledLinear:
                FillEvenly(Math.Sqrt(config.BetaStart), Math.Sqrt(config.BetaEnd), betas);
                foreach (ref var beta in betas)
                    beta *= beta;
                break;
            default:
                for (var i = 0; i < betas.Length; i++)
                    betas[i] = (float)Math.Min(1 - (SquaredCosine(i + 1, betas.Length) / SquaredCosine(i, betas.Length)), MaxBeta);
                break;
        }
    }

    private static double SquaredCosine(int step, int count)
    {
        var cosine = Math.Cos((((double)step / count) + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    // From either end towards the middle in float32 steps, as torch.linspace does.
    private static void FillEvenly(double start, double end, Span<float> values)
    {
        var (first, last) = ((float)start, (float)end);
        var stride = values.Length > 1 ? (last - first) / (values.Length - 1) : 0f;
        for (var i = 0; i < values.Length; i++)
            values[i] = i < values.Length / 2 || values.Length == 1 ? first + (stride * i) : last - (stride * (values.Length - 1 - i));
    }
}
