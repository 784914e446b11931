using System.Numerics;

namespace Limner.Diffusion.Unclip;

/// <summary>An RGB image in memory that its maker reuses.</summary>
/// <param name="Shape">(3, H, W)</param>
/// <param name="Pixels">(3, H, W), each in [0, 1].</param>
public sealed record Picture(ImageShape Shape, ReadOnlyMemory<float> Pixels)
{
    private const int Run = 1024;

    /// <summary>Writes 8-bit RGB, row by row, rounded half to even as NumPy does.</summary>
    /// <param name="rgb">H W 3 bytes.</param>
    public void CopyRgb(Span<byte> rgb)
    {
        var plane = Shape.Height * Shape.Width;
        var pixels = Pixels.Span;
        Span<byte> red = stackalloc byte[Run], green = stackalloc byte[Run], blue = stackalloc byte[Run];
        for (var start = 0; start < plane; start += Run)
        {
            var count = Math.Min(Run, plane - start);
            ToBytes(pixels.Slice(start, count), red);
            ToBytes(pixels.Slice(plane + start, count), green);
            ToBytes(pixels.Slice((2 * plane) + start, count), blue);
            var run = rgb.Slice(3 * start, 3 * count);
            for (int i = 0, to = 0; i < count; i++, to += 3)
                (run[to], run[to + 1], run[to + 2]) = (red[i], green[i], blue[i]);
        }
    }

    private static void ToBytes(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        var i = 0;
        for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var part = values[i..];
            var low = Vector.Narrow(ToInts(part, 0), ToInts(part, 1));
            var high = Vector.Narrow(ToInts(part, 2), ToInts(part, 3));
            Vector.AsVectorByte(Vector.Narrow(low, high)).CopyTo(bytes[i..]);
        }

        for (; i < values.Length; i++)
            bytes[i] = (byte)MathF.Round(values[i] * 255);
    }

    private static Vector<int> ToInts(ReadOnlySpan<float> values, int vector) =>
        Vector.ConvertToInt32(Vector.Round(new Vector<float>(values[(vector * Vector<float>.Count)..]) * 255));
}
