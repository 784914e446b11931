using System.Buffers.Binary;

namespace Limner.Imaging.Uploads;

/// <summary>PNG specification: signature (5.2), IHDR (11.2.1), tRNS (11.3.1).</summary>
internal static class PngHeader
{
    // Signature (8), then IHDR: length (4), type (4), width (4), height (4), bit depth, colour type, three methods (5), CRC (4).
    private const int End = 33;
    private const int ColourType = 25;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static ImageHeader Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < End || BinaryPrimitives.ReadUInt32BigEndian(file[8..]) != 13 || !file[12..16].SequenceEqual("IHDR"u8))
        {
            throw new InvalidDataException("The PNG is cut short or damaged: its header is missing.");
        }

        int width = BinaryPrimitives.ReadInt32BigEndian(file[16..]), height = BinaryPrimitives.ReadInt32BigEndian(file[20..]);
        return new ImageHeader(ImageFormat.Png, width, height, file[ColourType] is 4 or 6 || HasTransparency(file[End..]));
    }

    /// <summary>Whether all chunks are there: decoders are content when the last row is, whatever is missing behind it.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> file) => Find("IEND"u8, file[Signature.Length..]);

    // A palette or a single colour can be transparent too: a chunk says so.
    private static bool HasTransparency(ReadOnlySpan<byte> chunks) => Find("tRNS"u8, chunks);

    private static bool Find(ReadOnlySpan<byte> type, ReadOnlySpan<byte> chunks)
    {
        while (chunks.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(chunks) is var length && length <= chunks.Length - 12)
        {
            if (chunks[4..8].SequenceEqual(type))
            {
                return true;
            }

            chunks = chunks[(12 + (int)length)..];
        }

        return false;
    }
}
