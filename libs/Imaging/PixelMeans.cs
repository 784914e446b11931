using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Limner.Imaging;

/// <summary>A picture at a whole fraction of its size: each pixel is the mean of a square of its pixels.</summary>
internal static class PixelMeans
{
    private const int MostRows = ushort.MaxValue / byte.MaxValue;

    /// <param name="rgba">Four bytes for a pixel, alpha last.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="factor">The square's side; at the right and the bottom there may be less of it.</param>
    public static RgbImage Of(ReadOnlySpan<byte> rgba, int width, int height, int factor)
    {
        if (factor == 1)
        {
            return RgbImage.OnWhite(rgba, width, height);
        }

        var means = new RgbImage((width + factor - 1) / factor, (height + factor - 1) / factor);
        long[] sums = new long[means.Width * 3];
        (ushort[] columns, ushort[] row) = (new ushort[4 * width], new ushort[4 * width]);
        for (int y = 0; y < means.Height; y++)
        {
            int rows = Math.Min(factor, height - (y * factor));
            ReadOnlySpan<byte> band = rgba.Slice(4 * y * factor * width, 4 * rows * width);
            Array.Clear(sums);
            if (rows <= MostRows && IsOpaque(band))
            {
                AddOpaque(band, factor, columns, row, sums);
            }
            else
            {
                for (int at = 0; at < band.Length; at += 4 * width)
                {
                    AddRow(band.Slice(at, 4 * width), factor, sums);
                }
            }

            for (int x = 0; x < sums.Length; x++)
            {
                long count = 255L * rows * Math.Min(factor, width - (x / 3 * factor));
                means.Pixels[(y * sums.Length) + x] = (byte)((sums[x] + (count / 2)) / count);
            }
        }

        return means;
    }

    // Alpha is a pixel's last byte, in the order of most processors its highest.
    private static bool IsOpaque(ReadOnlySpan<byte> rgba) =>
        BitConverter.IsLittleEndian && MemoryMarshal.Cast<byte, uint>(rgba).IndexOfAnyInRange(0u, 0xFEFFFFFFu) < 0;

    // The same sums: whole rows first, which vectors do well.
    private static void AddOpaque(ReadOnlySpan<byte> rows, int factor, Span<ushort> columns, Span<ushort> row, long[] sums)
    {
        TensorPrimitives.ConvertTruncating(rows[..columns.Length], columns);
        for (int start = columns.Length; start < rows.Length; start += columns.Length)
        {
            TensorPrimitives.ConvertTruncating(rows.Slice(start, columns.Length), row);
            TensorPrimitives.Add(columns, row, columns);
        }

        for (int x = 0; x < columns.Length / 4; x++)
        {
            int mean = x / factor * 3;
            for (int channel = 0; channel < 3; channel++)
            {
                sums[mean + channel] += 255 * columns[(4 * x) + channel];
            }
        }
    }

    // 255 times the pixel laid on white.
    private static void AddRow(ReadOnlySpan<byte> row, int factor, long[] sums)
    {
        for (int x = 0; x < row.Length / 4; x++)
        {
            ReadOnlySpan<byte> pixel = row.Slice(4 * x, 4);
            for (int channel = 0; channel < 3; channel++)
            {
                sums[(x / factor * 3) + channel] += (pixel[channel] * pixel[3]) + (255 * (255 - pixel[3]));
            }
        }
    }
}
