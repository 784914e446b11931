namespace Limner.Diffusion.Tests;

/// <summary>How far numbers are from the reference.</summary>
internal static class Parity
{
    /// <summary>
    /// The largest difference, in units of the largest magnitude that took part where that is above 1: float32 keeps 24 bits, and some
    /// reference runs have samples of 100 to 13,000.
    /// </summary>
    public static double LargestError(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, params ReadOnlySpan<float> inputs)
    {
        Assert.Equal(expected.Length, actual.Length);
        (double worst, double scale) = (0.0, 1.0);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(float.IsFinite(actual[i]), $"value {i} is {actual[i]}");
            worst = Math.Max(worst, Math.Abs((double)actual[i] - expected[i]));
            scale = Math.Max(scale, Math.Abs((double)expected[i]));
        }

        foreach (float input in inputs)
        {
            scale = Math.Max(scale, Math.Abs((double)input));
        }

        return worst / scale;
    }
}
