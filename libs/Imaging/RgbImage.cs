namespace Limner.Imaging;

/// <summary>A picture of 8-bit red, green and blue values, interleaved (height, width, 3).</summary>
public sealed class RgbImage
{
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
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

    /// <summary>Takes a diffusion model's output: planes (3, height, width) in [-1, 1], clamped, as diffusers' <c>x * 0.5 + 0.5</c> and <c>round(255 v)</c>.</summary>
    /// <exception cref="ArgumentException"><paramref name="planes"/> does not hold exactly 3 × height × width values.</exception>
    public static RgbImage FromPlanes(ReadOnlySpan<float> planes, int width, int height)
    {
        var image = new RgbImage(width, height);
        int area = width * height;
        if (planes.Length != 3 * area)
        {
            throw new ArgumentException($"{planes.Length} values are not 3 planes of {width}x{height}, which have {3 * area}.", nameof(planes));
        }

        for (int channel = 0; channel < 3; channel++)
        {
            ReadOnlySpan<float> plane = planes.Slice(channel * area, area);
            for (int i = 0; i < area; i++)
            {
                image.Pixels[(i * 3) + channel] = ToByte(plane[i]);
            }
        }

        return image;
    }

    // Half to even, as numpy rounds; a NaN becomes black instead of an arbitrary byte.
    private static byte ToByte(float value) =>
        float.IsNaN(value) ? (byte)0 : (byte)MathF.Round(Math.Clamp((value * 0.5f) + 0.5f, 0f, 1f) * 255f);
}
