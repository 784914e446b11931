using System.Numerics;
using System.Runtime.InteropServices;

namespace Limner.Diffusion.Resampling;

/// <summary>
/// Bicubic resize with antialiasing, as torch's <c>F.interpolate(mode="bicubic", antialias=True)</c>, which diffusers puts
/// between decoder and super-resolution. One instance for each thread: it keeps its scratch between calls.
/// </summary>
public sealed class BicubicResize
{
    private readonly int _inHeight;
    private readonly int _inWidth;
    private readonly int _outHeight;
    private readonly int _outWidth;
    private readonly BicubicWeights _columns;
    private readonly BicubicWeights _rows;
    private readonly float[] _turned;
    private readonly float[] _wide;
    private readonly float[] _scratch;

    /// <summary>Prepares the weights of one size.</summary>
    /// <param name="inHeight">Rows of the source.</param>
    /// <param name="inWidth">Columns of the source.</param>
    /// <param name="outHeight">Rows of the result.</param>
    /// <param name="outWidth">Columns of the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public BicubicResize(int inHeight, int inWidth, int outHeight, int outWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inHeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outHeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outWidth);
        (_inHeight, _inWidth, _outHeight, _outWidth) = (inHeight, inWidth, outHeight, outWidth);
        _columns = new BicubicWeights(inWidth, outWidth);
        _rows = new BicubicWeights(inHeight, outHeight);
        _turned = new float[inWidth * inHeight];
        _wide = new float[outWidth * inHeight];
        _scratch = new float[inHeight * outWidth];
    }

    /// <summary>Resizes <paramref name="channels"/> planes, each on its own.</summary>
    /// <param name="source">(channels, inHeight, inWidth)</param>
    /// <param name="destination">(channels, outHeight, outWidth)</param>
    /// <param name="channels">Number of planes, at least 1.</param>
    /// <exception cref="ArgumentException">A span does not have the length that the sizes ask for.</exception>
    public void Apply(ReadOnlySpan<float> source, Span<float> destination, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        (int inPlane, int outPlane) = (_inHeight * _inWidth, _outHeight * _outWidth);
        if (source.Length != channels * inPlane || destination.Length != channels * outPlane)
        {
            throw new ArgumentException(
                $"{channels} planes of {_inHeight}x{_inWidth} to {_outHeight}x{_outWidth} need {channels * inPlane} and "
                + $"{channels * outPlane} values, not {source.Length} and {destination.Length}.");
        }

        for (int channel = 0; channel < channels; channel++)
        {
            // Whole rows at a time are what vectors do well, so columns are turned into rows and back, while the picture is still low.
            Transpose(source.Slice(channel * inPlane, inPlane), _inWidth, _turned);
            Resize(_turned, _inHeight, _columns, _wide);
            Transpose(_wide, _inHeight, _scratch);
            Resize(_scratch, _outWidth, _rows, destination.Slice(channel * outPlane, outPlane));
        }
    }

    private static void Resize(ReadOnlySpan<float> plane, int width, BicubicWeights positions, Span<float> resized)
    {
        for (int y = 0; y < resized.Length / width; y++)
        {
            ReadOnlySpan<float> weights = positions.Of(y);
            SumRows(plane.Slice(positions.First(y) * width, weights.Length * width), weights, resized.Slice(y * width, width));
        }
    }

    private static void SumRows(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, Span<float> sum)
    {
        int width = sum.Length;
        ref float first = ref MemoryMarshal.GetReference(rows);
        int x = 0;
        for (; x + Vector<float>.Count <= width; x += Vector<float>.Count)
        {
            Vector<float> total = Vector.LoadUnsafe(ref first, (nuint)x) * weights[0];
            for (int i = 1; i < weights.Length; i++)
            {
                total += Vector.LoadUnsafe(ref first, (nuint)(i * width + x)) * weights[i];
            }

            total.CopyTo(sum[x..]);
        }

        for (; x < width; x++)
        {
            float total = rows[x] * weights[0];
            for (int i = 1; i < weights.Length; i++)
            {
                total += rows[i * width + x] * weights[i];
            }

            sum[x] = total;
        }
    }

    // In squares that stay in the cache.
    private static void Transpose(ReadOnlySpan<float> plane, int width, Span<float> turned)
    {
        const int Side = 16;
        int height = plane.Length / width;
        for (int top = 0; top < height; top += Side)
        {
            for (int left = 0; left < width; left += Side)
            {
                for (int x = left; x < Math.Min(left + Side, width); x++)
                {
                    for (int y = top; y < Math.Min(top + Side, height); y++)
                    {
                        turned[x * height + y] = plane[y * width + x];
                    }
                }
            }
        }
    }
}
