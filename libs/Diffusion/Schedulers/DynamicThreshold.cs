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
        var limit = Math.Clamp(Quantile(clean), 1, largest);
        foreach (ref var value in clean)
            value = Math.Clamp(value, -limit, limit) / limit;
    }

    // Between the two nearest values, as torch.quantile does.
    private float Quantile(ReadOnlySpan<float> values)
    {
        var sorted = ArrayPool<float>.Shared.Rent(values.Length);
        var magnitudes = sorted.AsSpan(0, values.Length);
        for (var i = 0; i < values.Length; i++)
            magnitudes[i] = Math.Abs(values[i]);
        magnitudes.Sort();
        var place = ratio * (values.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, values.Length - 1);
        var quantile = magnitudes[below] + ((place - below) * (magnitudes[above] - magnitudes[below]));
        ArrayPool<float>.Shared.Return(sorted);
        return quantile;
    }
}
