using SkiaSharp;

namespace Limner.Imaging;

/// <summary>Pictures at more pixels than they have, for the eye alone.</summary>
public static class Enlargement
{
    /// <summary>Resamples bicubically (Mitchell-Netravali).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    public static RgbImage Enlarge(RgbImage image, int width, int height)
    {
        var enlarged = new RgbImage(width, height);
        using SKBitmap bitmap = OpaqueBitmap.Of(image, SKColorType.Rgba8888);
        using SKBitmap larger = bitmap.Resize(bitmap.Info.WithSize(width, height), new SKSamplingOptions(SKCubicResampler.Mitchell))
            ?? throw new InvalidOperationException($"Skia could not resample a picture to {width}x{height}.");
        ReadOnlySpan<byte> source = larger.GetPixelSpan();
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                source.Slice((y * larger.RowBytes) + (x * 4), 3).CopyTo(enlarged.Pixels.AsSpan(((y * width) + x) * 3));
            }
        }

        return enlarged;
    }
}
