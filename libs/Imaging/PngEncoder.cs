namespace Limner.Imaging;

/// <summary>Writes pictures as PNG: 8 bits a channel, not interlaced, with text chunks; the same picture and texts give the same bytes on every machine.</summary>
public static class PngEncoder
{
    /// <summary>Encodes a mask: a black picture that is opaque where it keeps and transparent where it does not.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="kept">(height, width): 0 where it does not keep.</param>
    /// <exception cref="ArgumentException">There are not as many bytes as pixels.</exception>
    public static byte[] EncodeMask(int width, int height, ReadOnlySpan<byte> kept)
    {
        if (kept.Length != (long)width * height)
        {
            throw new ArgumentException($"A mask of {width}x{height} has {(long)width * height} bytes, not {kept.Length}.", nameof(kept));
        }

        byte[] rgba = new byte[4 * kept.Length];
        for (int i = 0; i < kept.Length; i++)
        {
            rgba[(4 * i) + 3] = kept[i] == 0 ? (byte)0 : byte.MaxValue;
        }

        return PngFile.Write(width, height, PngColour.Rgba, rgba, []);
    }

    /// <summary>Encodes a picture and puts <paramref name="texts"/> right after its header, in order.</summary>
    /// <exception cref="ArgumentException">A text cannot be stored in a PNG; see <see cref="PngText"/>.</exception>
    public static byte[] Encode(RgbImage image, params ReadOnlySpan<PngText> texts)
    {
        ArgumentNullException.ThrowIfNull(image);
        return PngFile.Write(image.Width, image.Height, PngColour.Rgb, image.Pixels, texts);
    }
}
