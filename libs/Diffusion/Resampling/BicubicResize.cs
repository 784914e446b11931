namespace Limner.Diffusion.Resampling;

/// <summary>
/// Bicubic resize with antialiasing, as torch's <c>F.interpolate(mode="bicubic", antialias=True)</c>, which diffusers puts
/// between decoder and super-resolution. One instance for each thread: it keeps its scratch between calls.
/// </summary>
/// <param name="inHeight">Rows of the source, positive.</param>
/// <param name="inWidth">Columns of the source, positive.</param>
/// <param name="outHeight">Rows of the result, positive.</param>
/// <param name="outWidth">Columns of the result, positive.</param>
public sealed class BicubicResize(int inHeight, int inWidth, int outHeight, int outWidth)
{
    /// <summary>Resizes <paramref name="channels"/> planes, each on its own.</summary>
    /// <param name="source">(channels, inHeight, inWidth)</param>
    /// <param name="destination">(channels, outHeight, outWidth)</param>
    /// <param name="channels">Number of planes, at least 1.</param>
    /// <exception cref="ArgumentException">A span does not have the length that the sizes ask for.</exception>
    public void Apply(ReadOnlySpan<float> source, Span<float> destination, int channels) =>
        throw new NotImplementedException($"{inHeight}x{inWidth} to {outHeight}x{outWidth}");
}
