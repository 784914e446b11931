namespace Limner.Diffusion.Schedulers;

/// <summary>
/// NumPy's float32 natural logarithm (its AVX2 and AVX-512 loops): a rational approximation in fused float32 steps. A fractional
/// timestep is a quotient of differences of neighbouring logarithms, so one unit in their last place moves it by 3e-5.
/// </summary>
internal static class NumPyLogarithm
{
    private const float SqrtHalf = 0.70710678118654752440f;
    private const float Ln2 = 0.693147180559945309417f;

    private static ReadOnlySpan<float> Numerator =>
        [0.02589979117907922693523f, 0.3808837741388407920751f, 1.480000633576506585156f, 2.112677543073053063722f, 1f, 0f];

    private static ReadOnlySpan<float> Denominator =>
    [
        0.005875095403124574342950f, 0.1546476374983906719538f, 0.9864942958519418960339f, 2.453006071784736363091f,
        2.612677543073109236779f, 1f,
    ];

    /// <summary>The logarithm of a positive, normal <paramref name="x"/>.</summary>
    public static float Of(float x)
    {
        int exponent = MathF.ILogB(x) + 1;
        float mantissa = MathF.ScaleB(x, -exponent);
        if (mantissa <= SqrtHalf)
        {
            (mantissa, exponent) = (mantissa * 2, exponent - 1);
        }

        float m = mantissa - 1f;
        return MathF.FusedMultiplyAdd(exponent, Ln2, Evaluate(Numerator, m) / Evaluate(Denominator, m));
    }

    private static float Evaluate(ReadOnlySpan<float> coefficients, float x)
    {
        float value = coefficients[0];
        foreach (float coefficient in coefficients[1..])
        {
            value = MathF.FusedMultiplyAdd(value, x, coefficient);
        }

        return value;
    }
}
