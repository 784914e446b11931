using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Limner.Imaging;

/// <summary>Reads the text chunks of a PNG.</summary>
public static class PngTextChunks
{
    /// <summary>The texts of a PNG in file order; compressed ones (zTXt, or iTXt with the flag) are left out, since Limner writes none.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a PNG, are cut short, or a text chunk's checksum is wrong.</exception>
    public static IReadOnlyList<PngText> Read(ReadOnlySpan<byte> png)
    {
        if (!png.StartsWith(PngFile.Signature))
        {
            throw new InvalidDataException("These bytes are not a PNG: the signature is missing.");
        }

        var texts = new List<PngText>();
        ReadOnlySpan<byte> rest = png[PngFile.Signature.Length..];
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
                if (Crc32.HashToUInt32(typed) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
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
