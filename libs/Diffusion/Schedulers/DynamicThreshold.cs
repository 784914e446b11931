using System.Buffers;

namespace Limner.Diffusion.Schedulers;

/// <summary>
/// Dynamic thresholding (arXiv 2205.11487, section 2.3): a clean sample is clipped to a quantile of its own magnitudes and divided by it.
/// </summary>
/// <param name="ratio">Which quantile.</param>
/// <param name="largest">The largest that it counts as; the smallest is 1.</param>
internal sealed class DynamicThreshold(float ratio, float largest)
{
    public void Apply(Span<float> clean)
    {
        float limit = Math.Clamp(Quantile(clean), 1, largest);
        foreach (ref float value in clean)
        {
            value = Math.Clamp(value, -limit, limit) / limit;
        }
    }

    // Between the two nearest values, as torch.quantile does.
    private float Quantile(ReadOnlySpan<float> values)
    {
        float[] sorted = ArrayPool<float>.Shared.Rent(values.Length);
        Span<float> magnitudes = sorted.AsSpan(0, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            magnitudes[i] = Math.Abs(values[i]);
        }

        magnitudes.Sort();
        float place = ratio * (values.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, values.Length - 1);
        float quantile = magnitudes[below] + ((place - below) * (magnitudes[above] - magnitudes[below]));
        ArrayPool<float>.Shared.Return(sorted);
        return quantile;
    }
}
