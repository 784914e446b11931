using System.Buffers.Binary;

namespace Limner.Imaging;

/// <summary>A whole PNG: signature, IHDR, texts, one IDAT, IEND.</summary>
internal static class PngFile
{
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="colour">What a pixel's bytes are.</param>
    /// <param name="pixels">(height, width, 3 or 4)</param>
    /// <param name="texts">Come after the header.</param>
    public static byte[] Write(int width, int height, PngColour colour, byte[] pixels, ReadOnlySpan<PngText> texts)
    {
        byte[] data = PngPixels.Compress(pixels, height);
        using var file = new MemoryStream(data.Length + 64 + (128 * texts.Length));
        file.Write(Signature);

        // After the size: bits of a channel, colour type, deflate, the standard's filters, not interlaced.
        Span<byte> header = [0, 0, 0, 0, 0, 0, 0, 0, 8, (byte)colour, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        PngChunk.Write(file, "IHDR"u8, header);
        foreach (PngText text in texts)
        {
            PngChunk.Write(file, text);
        }

        PngChunk.Write(file, "IDAT"u8, data);
        PngChunk.Write(file, "IEND"u8, []);
        return file.ToArray();
    }
}
