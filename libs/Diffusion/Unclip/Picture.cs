namespace Limner.Diffusion.Unclip;

/// <summary>An RGB image in memory that its maker reuses.</summary>
/// <param name="Shape">(3, H, W)</param>
/// <param name="Pixels">(3, H, W), each in [0, 1].</param>
public sealed record Picture(ImageShape Shape, ReadOnlyMemory<float> Pixels)
{
    /// <summary>Writes 8-bit RGB, row by row, rounded half to even as NumPy does.</summary>
    /// <param name="rgb">H W 3 bytes.</param>
    public void CopyRgb(Span<byte> rgb)
    {
        int plane = Shape.Height * Shape.Width;
        ReadOnlySpan<float> pixels = Pixels.Span;
        ReadOnlySpan<float> red = pixels[..plane];
        ReadOnlySpan<float> green = pixels.Slice(plane, plane);
        ReadOnlySpan<float> blue = pixels.Slice(2 * plane, plane);
        rgb = rgb[..(3 * plane)];
        for (int i = 0; i < plane; i++)
        {
            rgb[3 * i] = ToByte(red[i]);
            rgb[(3 * i) + 1] = ToByte(green[i]);
            rgb[(3 * i) + 2] = ToByte(blue[i]);
        }
    }

    private static byte ToByte(float value) => (byte)MathF.Round(value * 255);
}
