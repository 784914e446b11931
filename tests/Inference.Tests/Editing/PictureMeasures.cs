using Limner.Diffusion.Editing;

namespace Limner.Inference.Tests.Editing;

/// <summary>What can be counted in a picture without a model.</summary>
internal static class PictureMeasures
{
    /// <summary>Mean difference of neighbours across the columns from one to another, in levels.</summary>
    public static double ColumnGradient(SourceImage image, int from, int to)
    {
        ReadOnlySpan<byte> rgb = image.Rgb;
        long sum = 0L;
        for (int y = 0; y < image.Height; y++)
        {
            for (int i = 3 * ((y * image.Width) + from); i < 3 * ((y * image.Width) + to); i++)
            {
                sum += Math.Abs(rgb[i + 3] - rgb[i]);
            }
        }

        return (double)sum / (3 * image.Height * (to - from));
    }

    /// <summary>Mean difference of two pictures of one size, in levels.</summary>
    public static double Difference(SourceImage a, SourceImage b) => a.Rgb.ToArray().Zip(b.Rgb.ToArray(), (x, y) => Math.Abs(x - y)).Average();

    /// <summary>The share of pixels that count.</summary>
    public static double Share(SourceImage image, Func<byte, byte, byte, bool> counts)
    {
        (byte[] rgb, int sum) = (image.Rgb.ToArray(), 0);
        for (int i = 0; i < rgb.Length; i += 3)
        {
            sum += counts(rgb[i], rgb[i + 1], rgb[i + 2]) ? 1 : 0;
        }

        return 3.0 * sum / rgb.Length;
    }

    /// <summary>The middle of the pixels that count.</summary>
    public static (double X, double Y) Centre(SourceImage image, Func<byte, byte, byte, bool> counts)
    {
        ReadOnlySpan<byte> rgb = image.Rgb;
        (double x, double y, int sum) = (0.0, 0.0, 0);
        for (int i = 0; i < rgb.Length / 3; i++)
        {
            if (counts(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]))
            {
                (x, y, sum) = (x + (i % image.Width), y + (i / image.Width), sum + 1);
            }
        }

        return (x / sum, y / sum);
    }

    public static bool IsRed(byte red, byte green, byte blue) => red > green + 90 && red > blue + 90;

    public static bool IsBlue(byte red, byte green, byte blue) => blue > red + 60 && blue > green + 40;

    public static bool IsGreen(byte red, byte green, byte blue) => green > red + 40 && green > blue + 30;
}
