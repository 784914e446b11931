namespace Limner.Imaging;

/// <summary>A picture of 8-bit red, green and blue values, interleaved (height, width, 3), black at first.</summary>
public sealed class RgbImage
{
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    /// <exception cref="OverflowException">The picture has more than 2³¹ - 1 values.</exception>
    public RgbImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        (Width, Height) = (width, height);
        Pixels = new byte[checked(width * height * 3)];
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The interleaved values, writable in place: pixel (x, y) begins at <c>(y * Width + x) * 3</c>.</summary>
    public byte[] Pixels { get; }

    /// <summary>Four bytes for a pixel, alpha last, laid on white.</summary>
    internal static RgbImage OnWhite(ReadOnlySpan<byte> rgba, int width, int height)
    {
        var image = new RgbImage(width, height);
        Span<byte> pixels = image.Pixels;
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            int alpha = rgba[from + 3];
            // Our own are opaque, and blending would take as long as decoding.
            if (alpha == byte.MaxValue)
            {
                rgba.Slice(from, 3).CopyTo(pixels[to..]);
                continue;
            }

            for (int channel = 0; channel < 3; channel++)
            {
                pixels[to + channel] = (byte)(((rgba[from + channel] * alpha) + (255 * (255 - alpha)) + 127) / 255);
            }
        }

        return image;
    }
}
