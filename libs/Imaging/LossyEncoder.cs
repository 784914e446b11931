using SkiaSharp;

namespace Limner.Imaging;

/// <summary>Writes pictures as JPEG (baseline, chroma at half resolution) or lossy WebP. Neither keeps the texts of a PNG.</summary>
public static class LossyEncoder
{
    /// <summary>Encodes a picture.</summary>
    /// <param name="image">The picture; both formats have limits to a side, 65535 pixels for JPEG and 16383 for WebP.</param>
    /// <param name="format">JPEG or WebP.</param>
    /// <param name="quality">0, the smallest file, to 100, the nearest to the picture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is not a lossy one, or the quality is out of its bounds.</exception>
    public static byte[] Encode(RgbImage image, ImageFormat format, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        // Skia's JPEG encoder does not take Rgb888x.
        using SKBitmap bitmap = OpaqueBitmap.Of(image, SKColorType.Rgba8888);
        using SKPixmap pixmap = bitmap.PeekPixels();
        using SKData file = format switch
        {
            ImageFormat.Jpeg => pixmap.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore)),
            ImageFormat.Webp => pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "It has to be JPEG or WebP."),
        } ?? throw new InvalidOperationException($"Skia could not encode a picture of {image.Width}x{image.Height} as {format}.");
        return file.ToArray();
    }
}
