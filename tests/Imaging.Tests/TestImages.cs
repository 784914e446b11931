using SkiaSharp;

namespace Limner.Imaging.Tests;

internal static class TestImages
{
    /// <summary>Smooth, another colour in every corner.</summary>
    public static RgbImage Gradient(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = ((y * width) + x) * 3;
                image.Pixels[at] = (byte)(255 * x / width);
                image.Pixels[at + 1] = (byte)(255 * y / height);
                image.Pixels[at + 2] = (byte)(128 + (127 * Math.Sin((x + y) / 40.0)));
            }
        }

        return image;
    }

    public static RgbImage Decode(byte[] file)
    {
        using SKBitmap bitmap = SKBitmap.Decode(file);
        var image = new RgbImage(bitmap.Width, bitmap.Height);
        for (int i = 0; i < bitmap.Width * bitmap.Height; i++)
        {
            SKColor colour = bitmap.GetPixel(i % bitmap.Width, i / bitmap.Width);
            (image.Pixels[i * 3], image.Pixels[(i * 3) + 1], image.Pixels[(i * 3) + 2]) = (colour.Red, colour.Green, colour.Blue);
        }

        return image;
    }

    public static double MeanDifference(RgbImage left, RgbImage right) => left.Pixels.Zip(right.Pixels, (a, b) => Math.Abs(a - b)).Average();
}
