using SkiaSharp;

namespace Limner.Imaging;

/// <summary>A picture in Skia's own memory, for its encoders.</summary>
internal static class OpaqueBitmap
{
    /// <param name="image">The picture.</param>
    /// <param name="layout">Four bytes for a pixel, red first; Skia has no 24-bit rows.</param>
    public static SKBitmap Of(RgbImage image, SKColorType layout)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, layout, SKAlphaType.Opaque));
        Span<byte> target = bitmap.GetPixelSpan();
        for (int y = 0; y < image.Height; y++)
        {
            Span<byte> row = target.Slice(y * bitmap.RowBytes, image.Width * 4);
            ReadOnlySpan<byte> source = image.Pixels.AsSpan(y * image.Width * 3, image.Width * 3);
            for (int x = 0; x < image.Width; x++)
            {
                source.Slice(x * 3, 3).CopyTo(row[(x * 4)..]);
                row[(x * 4) + 3] = 255;
            }
        }

        return bitmap;
    }
}
