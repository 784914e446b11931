using System.Buffers.Binary;
using SkiaSharp;

namespace Limner.Imaging;

/// <summary>Reads PNGs that need not be honest: the header is judged before anything is allocated for the pixels.</summary>
public static class PngDecoder
{
    // Signature (8), then the first chunk: length (4), type (4), width (4), height (4).
    private const int EndOfSize = 24;

    private static ReadOnlySpan<byte> Start => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R'];

    /// <summary>Decodes a PNG of any colour type to 8-bit RGB; what is transparent lies on white.</summary>
    /// <param name="png">The whole file.</param>
    /// <param name="largestSide">The most pixels of a row or column, at least 1.</param>
    /// <exception cref="InvalidDataException">These bytes are no PNG, a damaged or cut one, or one with a longer side.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> png, int largestSide)
    {
        using SKBitmap bitmap = Read(png, largestSide);
        return RgbImage.OnWhite(bitmap.GetPixelSpan(), bitmap.Width, bitmap.Height);
    }

    /// <summary>Decodes it for whoever only looks at it: made smaller by the largest whole factor that leaves each side <paramref name="leastSide"/> pixels, if there is one.</summary>
    /// <param name="png">The whole file.</param>
    /// <param name="largestSide">The most pixels of a row or column, at least 1.</param>
    /// <param name="leastSide">Pixels that a side keeps, at least 1.</param>
    /// <inheritdoc cref="Decode" path="/exception"/>
    /// <returns>The picture, or means of squares of its pixels, laid on white; and the size that it had.</returns>
    public static (RgbImage Image, int Width, int Height) DecodeReduced(ReadOnlySpan<byte> png, int largestSide, int leastSide)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leastSide);
        using SKBitmap bitmap = Read(png, largestSide);
        int factor = Math.Max(1, Math.Min(bitmap.Width, bitmap.Height) / leastSide);
        return (PixelMeans.Of(bitmap.GetPixelSpan(), bitmap.Width, bitmap.Height, factor), bitmap.Width, bitmap.Height);
    }

    private static SKBitmap Read(ReadOnlySpan<byte> png, int largestSide)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(largestSide);
        (int width, int height) = ReadSize(png);
        if (width > largestSide || height > largestSide)
        {
            throw new InvalidDataException($"The PNG has {(uint)width}x{(uint)height} pixels; expected at most {largestSide} on a side.");
        }

        using SKData data = SKData.CreateCopy(png);
        using SKCodec codec = SKCodec.Create(data) ?? throw new InvalidDataException("The PNG is damaged: its chunks cannot be read.");
        if (codec.EncodedFormat != SKEncodedImageFormat.Png || codec.Info.Width != width || codec.Info.Height != height)
        {
            throw new InvalidDataException("The PNG is damaged: its header does not describe what follows.");
        }

        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        SKCodecResult result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result == SKCodecResult.Success)
        {
            return bitmap;
        }

        bitmap.Dispose();
        throw new InvalidDataException($"The PNG is damaged or cut short: {result} while its pixels were read.");
    }

    private static (int Width, int Height) ReadSize(ReadOnlySpan<byte> png)
    {
        if (png.Length < EndOfSize || !png.StartsWith(Start))
        {
            throw new InvalidDataException("These bytes are not a PNG: its signature and header are missing.");
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(png[16..]), height = BinaryPrimitives.ReadUInt32BigEndian(png[20..]);
        return width is 0 or > int.MaxValue || height is 0 or > int.MaxValue
            ? throw new InvalidDataException($"The PNG's header says {width}x{height} pixels; expected both to be positive and below 2^31.")
            : ((int)width, (int)height);
    }
}
