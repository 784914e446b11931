using Limner.Imaging;

namespace Limner.Gateway.Tests.Uploads;

/// <summary>Pictures to send, good ones and bad ones.</summary>
internal static class TestPictures
{
    /// <summary>64x64, all of it transparent.</summary>
    public static byte[] Mask { get; } = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAYAAACqaXHeAAAAJ0lEQVR42u3BAQ0AAADCoPdPbQ43oAAAAAAAAAAAAAAAAAAAAIB3A0BAAAGveg7oAAAAAElFTkSuQmCC");

    public static byte[] Png(int width, int height) => PngEncoder.Encode(Of(width, height));

    public static byte[] Jpeg(int width, int height) => LossyEncoder.Encode(Of(width, height), ImageFormat.Jpeg, 90);

    public static byte[] Webp(int width, int height) => LossyEncoder.Encode(Of(width, height), ImageFormat.Webp, 90);

    /// <summary>A header of 33 bytes that claims four billion gigapixels.</summary>
    public static byte[] Claim { get; } =
        [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R', 0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 8, 6, 0, 0, 0, 0, 0, 0, 0];

    private static RgbImage Of(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(i * 7);
        }

        return image;
    }
}
