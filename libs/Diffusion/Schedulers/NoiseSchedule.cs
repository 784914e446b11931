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
        double product = 1.0;
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
                foreach (ref float beta in betas)
                {
                    beta *= beta;
                }

                break;
            default:
                for (int i = 0; i < betas.Length; i++)
                {
                    betas[i] = (float)Math.Min(1 - (SquaredCosine(i + 1, betas.Length) / SquaredCosine(i, betas.Length)), MaxBeta);
                }

                break;
        }
    }

    private static double SquaredCosine(int step, int count)
    {
        double cosine = Math.Cos((((double)step / count) + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    // torch.linspace to the bit, as its AVX2 build computes it: eight values at a time from a fused base, counted from whichever end
    // the eight start nearer to. The roundings matter: one in the last place of a beta moves Euler's first noise level.
    private static void FillEvenly(double start, double end, Span<float> values)
    {
        const int Lanes = 8;
        (float first, float last) = ((float)start, (float)end);
        float stride = (last - first) / (values.Length - 1);
        for (int i = 0; i < values.Length; i++)
        {
            int block = i - (i % Lanes);
            bool nearStart = block < values.Length / 2;
            float origin = nearStart
                ? MathF.FusedMultiplyAdd(stride, block, first)
                : MathF.FusedMultiplyAdd(-stride, values.Length - 1 - block, last);
            values[i] = origin + (stride * (i - block));
        }
    }
}
