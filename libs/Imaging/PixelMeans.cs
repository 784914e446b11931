namespace Limner.Imaging;

/// <summary>A picture at a whole fraction of its size: each pixel is the mean of a square of its pixels.</summary>
internal static class PixelMeans
{
    /// <param name="rgba">Four bytes for a pixel, alpha last.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="factor">The square's side; at the right and the bottom there may be less of it.</param>
    public static RgbImage Of(ReadOnlySpan<byte> rgba, int width, int height, int factor)
    {
        if (factor == 1)
            return RgbImage.OnWhite(rgba, width, height);
        var means = new RgbImage((width + factor - 1) / factor, (height + factor - 1) / factor);
        var sums = new long[means.Width * 3];
        for (int y = 0; y < means.Height; y++)
        {
            int rows = Math.Min(factor, height - (y * factor));
            Array.Clear(sums);
            for (int row = y * factor; row < (y * factor) + rows; row++)
                AddRow(rgba.Slice(4 * row * width, 4 * width), factor, sums);
            for (int x = 0; x < sums.Length; x++)
            {
                long count = 255L * rows * Math.Min(factor, width - (x / 3 * factor));
                means.Pixels[(y * sums.Length) + x] = (byte)((sums[x] + (count / 2)) / count);
            }
        }

        return means;
    }

    // 255 times the pixel laid on white.
    private static void AddRow(ReadOnlySpan<byte> row, int factor, long[] sums)
    {
        for (int x = 0; x < row.Length / 4; x++)
        {
            ReadOnlySpan<byte> pixel = row.Slice(4 * x, 4);
            for (int channel = 0; channel < 3; channel++)
                sums[(x / factor * 3) + channel] += (pixel[channel] * pixel[3]) + (255 * (255 - pixel[3]));
        }
    }
}
