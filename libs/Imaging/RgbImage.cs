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
}
