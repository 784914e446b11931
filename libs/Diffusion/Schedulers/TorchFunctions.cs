namespace Limner.Diffusion.Schedulers;

/// <summary>
/// torch's float32 exponential and logarithm, which are SLEEF's (<c>expf_u10</c> to the bit; <c>logf_u10</c> but for one value in a
/// thousand). DPM-Solver++ takes small differences of them, so a unit in the last place would show in the sixth digit of a run.
/// </summary>
internal static class TorchFunctions
{
    private const float InverseLn2 = 1.44269504088896340736f;
    private const float Ln2Upper = 0.693145751953125f;
    private const float Ln2Lower = 1.428606765330187045e-06f;
    private const double Ln2 = 0.69314718246459960938 - 1.904654323148236017e-09;

    /// <summary>e to the <paramref name="x"/>, for results within float32's normal range.</summary>
    public static float Exp(float x)
    {
        float exponent = MathF.Round(x * InverseLn2);
        float rest = MathF.FusedMultiplyAdd(exponent, -Ln2Upper, x);
        rest = MathF.FusedMultiplyAdd(exponent, -Ln2Lower, rest);
        float p = MathF.FusedMultiplyAdd(0.000198527617612853646278381f, rest, 0.00139304355252534151077271f);
        p = MathF.FusedMultiplyAdd(p, rest, 0.00833336077630519866943359f);
        p = MathF.FusedMultiplyAdd(p, rest, 0.0416664853692054748535156f);
        p = MathF.FusedMultiplyAdd(p, rest, 0.166666671633720397949219f);
        p = MathF.FusedMultiplyAdd(p, rest, 0.5f);
        return MathF.ScaleB(1f + MathF.FusedMultiplyAdd(rest * rest, p, rest), (int)exponent);
    }

    /// <summary>The natural logarithm of a positive, normal <paramref name="x"/>.</summary>
    public static float Log(float x)
    {
        int exponent = MathF.ILogB(x * (1f / 0.75f));
        double mantissa = (double)MathF.ScaleB(x, -exponent);
        double quotient = (mantissa - 1) / (mantissa + 1);
        float rounded = (float)quotient;
        float square = rounded * rounded;
        float p = MathF.FusedMultiplyAdd(0.3027294874f, square, 0.3996108174f);
        p = MathF.FusedMultiplyAdd(p, square, 0.6666694880f);
        return (float)((exponent * Ln2) + (2 * quotient) + (square * rounded * p));
    }
}
