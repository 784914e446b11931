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
        var (inPlane, outPlane) = (_inHeight * _inWidth, _outHeight * _outWidth);
        if (source.Length != channels * inPlane || destination.Length != channels * outPlane)
        {
            throw new ArgumentException(
                $"{channels} planes of {_inHeight}x{_inWidth} to {_outHeight}x{_outWidth} need {channels * inPlane} and "
                + $"{channels * outPlane} values, not {source.Length} and {destination.Length}.");
        }

        for (var channel = 0; channel < channels; channel++)
        {
            ResizeColumns(source.Slice(channel * inPlane, inPlane));
            ResizeRows(destination.Slice(channel * outPlane, outPlane));
        }
    }

    private void ResizeColumns(ReadOnlySpan<float> plane)
    {
        for (var y = 0; y < _inHeight; y++)
        {
            var from = plane.Slice(y * _inWidth, _inWidth);
            var to = _scratch.AsSpan(y * _outWidth, _outWidth);
            for (var x = 0; x < to.Length; x++)
            {
                var weights = _columns.Of(x);
                var taps = from.Slice(_columns.First(x), weights.Length);
                var sum = taps[0] * weights[0];
                for (var i = 1; i < weights.Length; i++)
                    sum += taps[i] * weights[i];
                to[x] = sum;
            }
        }
    }

    // Whole rows at a time: each output row is a weighted sum of input rows, which vectors do well.
    private void ResizeRows(Span<float> plane)
    {
        for (var y = 0; y < _outHeight; y++)
        {
            var to = plane.Slice(y * _outWidth, _outWidth);
            to.Clear();
            var weights = _rows.Of(y);
            for (var i = 0; i < weights.Length; i++)
                AddScaled(_scratch.AsSpan((_rows.First(y) + i) * _outWidth, _outWidth), weights[i], to);
        }
    }

    private static void AddScaled(ReadOnlySpan<float> row, float weight, Span<float> sum)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(row);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(sum);
        for (var i = 0; i < sums.Length; i++)
            sums[i] += vectors[i] * weight;
        for (var i = sums.Length * Vector<float>.Count; i < sum.Length; i++)
            sum[i] += row[i] * weight;
    }
}
