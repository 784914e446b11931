using System.Buffers.Binary;
using System.Text;

namespace Limner.Imaging;

/// <summary>Puts text chunks into a PNG and reads them back.</summary>
public static class PngTextChunks
{
    // Signature (8) + the IHDR chunk: length, type, 13 bytes, CRC (25).
    private const int EndOfHeader = 33;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Returns the PNG with the texts after its header.</summary>
    /// <exception cref="ArgumentException">A keyword or text cannot be stored; see <see cref="PngText"/>.</exception>
    /// <exception cref="InvalidDataException"><paramref name="png"/> is not a PNG.</exception>
    public static byte[] Insert(ReadOnlySpan<byte> png, ReadOnlySpan<PngText> texts)
    {
        if (png.Length < EndOfHeader || !png.StartsWith(Signature))
        {
            throw new InvalidDataException("These bytes are not a PNG: its signature and header are missing.");
        }

        using var result = new MemoryStream(png.Length + (texts.Length * 128));
        result.Write(png[..EndOfHeader]);
        foreach (PngText text in texts)
        {
            PngChunk.Write(result, text);
        }

        result.Write(png[EndOfHeader..]);
        return result.ToArray();
    }

    /// <summary>The texts of a PNG in file order; compressed ones (zTXt, or iTXt with the flag) are left out, since Limner writes none.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a PNG, are cut short, or a text chunk's checksum is wrong.</exception>
    public static IReadOnlyList<PngText> Read(ReadOnlySpan<byte> png)
    {
        if (!png.StartsWith(Signature))
        {
            throw new InvalidDataException("These bytes are not a PNG: the signature is missing.");
        }

        var texts = new List<PngText>();
        ReadOnlySpan<byte> rest = png[Signature.Length..];
        while (true)
        {
            if (rest.Length < 12 || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length > rest.Length - 12)
            {
                throw new InvalidDataException("The PNG is cut short: its last chunk (IEND) is missing.");
            }

            ReadOnlySpan<byte> typed = rest.Slice(4, 4 + (int)length); // type and data: what the checksum covers
            ReadOnlySpan<byte> type = typed[..4], data = typed[4..];
            if (type.SequenceEqual("IEND"u8))
            {
                return texts;
            }

            if (type.SequenceEqual("tEXt"u8) || type.SequenceEqual("iTXt"u8))
            {
                if (PngChunk.Checksum(typed) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
                {
                    throw new InvalidDataException($"The PNG's {Encoding.ASCII.GetString(type)} chunk is damaged: its checksum is wrong.");
                }

                if (PngChunk.Parse(type, data) is { } text)
                {
                    texts.Add(text);
                }
            }

            rest = rest[(12 + (int)length)..];
        }
    }
}
