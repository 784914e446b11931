using System.Runtime.Intrinsics;

namespace Limner.Diffusion.Noise;

/// <summary>
/// Two uniform 32-bit words to two independent unit Gaussians, <c>sqrt(-2 ln u) (cos θ, sin θ)</c>, one pair or sixteen at a time.
/// </summary>
/// <remarks>
/// The C library's logarithm, sine and cosine differ between platforms; these are polynomials (S. L. Moshier's Cephes, <c>logf</c>,
/// <c>sinf</c>, <c>cosf</c>) of float32 additions and multiplications, each rounded on its own and never fused, and one square root,
/// which IEEE 754 rounds correctly. So every processor that .NET runs on gives the same bits, and so do both forms below.
/// </remarks>
internal static class BoxMuller
{
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const int SqrtHalfBits = 0x3F3504F3;
    private const int MantissaMask = 0x007FFFFF;
    private const int MantissaBits = 23;

    // All 2^32 words go around the circle once; a word's low 30 bits, signed, are the angle from the nearest multiple of π/2.
    private const float RadiansPerUnit = (float)(2 * Math.PI / 4294967296.0);

    // 31 bits and a half: u lies in [2^-32, 1], so the radius reaches 6.66 and the logarithm is never infinite.
    private const float UniformUnit = 1f / 2147483648f;

    public static (float Cosine, float Sine) Transform(uint radiusWord, uint angleWord)
    {
        int bits = BitConverter.SingleToInt32Bits(((int)(radiusWord >> 1) + 0.5f) * UniformUnit) - SqrtHalfBits;
        float exponent = (float)(bits >> MantissaBits);
        float m = BitConverter.Int32BitsToSingle((bits & MantissaMask) + SqrtHalfBits) - 1f;
        float mm = m * m;
        float p = (m * 7.0376836292e-2f) - 1.1514610310e-1f;
        p = (p * m) + 1.1676998740e-1f;
        p = (p * m) - 1.2420140846e-1f;
        p = (p * m) + 1.4249322787e-1f;
        p = (p * m) - 1.6668057665e-1f;
        p = (p * m) + 2.0000714765e-1f;
        p = (p * m) - 2.4999993993e-1f;
        p = (p * m) + 3.3333331174e-1f;
        float log = (m + ((((p * m) * mm) + (exponent * Ln2Low)) - (mm * 0.5f))) + (exponent * Ln2High);
        float radius = MathF.Sqrt(-2f * log);

        float x = ((int)(angleWord << 2) >> 2) * RadiansPerUnit;
        float xx = x * x;
        float sine = (xx * -1.9515295891e-4f) + 8.3321608736e-3f;
        sine = (sine * xx) - 1.6666654611e-1f;
        sine = ((sine * xx) * x) + x;
        float cosine = (xx * 2.443315711809948e-5f) - 1.388731625493765e-3f;
        cosine = (cosine * xx) + 4.166664568298827e-2f;
        cosine = ((cosine * xx) * xx) - (xx * 0.5f) + 1f;

        uint quadrant = (angleWord + 0x20000000u) >> 30;
        (float c, float s) = (quadrant & 1) == 0 ? (cosine, sine) : (sine, cosine);
        return (radius * (((quadrant + 1) & 2) == 0 ? c : -c), radius * ((quadrant & 2) == 0 ? s : -s));
    }

    public static (Vector512<float> Cosine, Vector512<float> Sine) Transform(Vector512<uint> radiusWord, Vector512<uint> angleWord)
    {
        Vector512<float> u = (Vector512.ConvertToSingle((radiusWord >> 1).AsInt32()) + Vector512.Create(0.5f)) * UniformUnit;
        Vector512<int> bits = u.AsInt32() - Vector512.Create(SqrtHalfBits);
        var exponent = Vector512.ConvertToSingle(bits >> MantissaBits);
        Vector512<float> m = ((bits & Vector512.Create(MantissaMask)) + Vector512.Create(SqrtHalfBits)).AsSingle() - Vector512<float>.One;
        Vector512<float> mm = m * m;
        Vector512<float> p = (m * 7.0376836292e-2f) - Vector512.Create(1.1514610310e-1f);
        p = (p * m) + Vector512.Create(1.1676998740e-1f);
        p = (p * m) - Vector512.Create(1.2420140846e-1f);
        p = (p * m) + Vector512.Create(1.4249322787e-1f);
        p = (p * m) - Vector512.Create(1.6668057665e-1f);
        p = (p * m) + Vector512.Create(2.0000714765e-1f);
        p = (p * m) - Vector512.Create(2.4999993993e-1f);
        p = (p * m) + Vector512.Create(3.3333331174e-1f);
        Vector512<float> log = (m + ((((p * m) * mm) + (exponent * Ln2Low)) - (mm * 0.5f))) + (exponent * Ln2High);
        var radius = Vector512.Sqrt(log * -2f);

        Vector512<float> x = Vector512.ConvertToSingle((angleWord << 2).AsInt32() >> 2) * RadiansPerUnit;
        Vector512<float> xx = x * x;
        Vector512<float> sine = (xx * -1.9515295891e-4f) + Vector512.Create(8.3321608736e-3f);
        sine = (sine * xx) - Vector512.Create(1.6666654611e-1f);
        sine = ((sine * xx) * x) + x;
        Vector512<float> cosine = (xx * 2.443315711809948e-5f) - Vector512.Create(1.388731625493765e-3f);
        cosine = (cosine * xx) + Vector512.Create(4.166664568298827e-2f);
        cosine = ((cosine * xx) * xx) - (xx * 0.5f) + Vector512<float>.One;

        // Quadrants 1 and 3 exchange the two; a sign bit is set for quadrants 1, 2 (cosine) and 2, 3 (sine).
        Vector512<uint> quadrant = (angleWord + Vector512.Create(0x20000000u)) >> 30;
        Vector512<float> even = Vector512.Equals(quadrant & Vector512<uint>.One, Vector512<uint>.Zero).AsSingle();
        Vector512<uint> cosineSign = ((quadrant + Vector512<uint>.One) & Vector512.Create(2u)) << 30;
        Vector512<uint> sineSign = (quadrant & Vector512.Create(2u)) << 30;
        Vector512<uint> c = Vector512.ConditionalSelect(even, cosine, sine).AsUInt32() ^ cosineSign;
        Vector512<uint> s = Vector512.ConditionalSelect(even, sine, cosine).AsUInt32() ^ sineSign;
        return (radius * c.AsSingle(), radius * s.AsSingle());
    }
}
