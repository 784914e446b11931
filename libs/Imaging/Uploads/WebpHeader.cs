using System.Buffers.Binary;

namespace Limner.Imaging.Uploads;

/// <summary>RFC 9649: the first chunk of the container is a lossy, a lossless or an extended picture's.</summary>
internal static class WebpHeader
{
    // "RIFF", length (4), "WEBP", then a chunk: type (4), length (4), data.
    private const int Data = 20;
    private const int Shortest = 30;

    public static bool IsWebp(ReadOnlySpan<byte> file) => file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8);

    public static ImageHeader Read(ReadOnlySpan<byte> file)
    {
        // Decoders forgive a missing end; the container says how long it is.
        if (file.Length >= Shortest && BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) <= file.Length - 8)
        {
            ReadOnlySpan<byte> type = file[12..16], data = file[Data..];
            if (type.SequenceEqual("VP8X"u8))
            {
                return (data[0] & 0x02) == 0 ? Header(1 + UInt24(data[4..]), 1 + UInt24(data[7..]), (data[0] & 0x10) != 0)
                    : throw new InvalidDataException("The WebP is animated; expected a single picture.");
            }

            if (type.SequenceEqual("VP8L"u8) && data[0] == 0x2F)
            {
                uint bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
                return Header(1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF), (bits >> 28 & 1) != 0);
            }

            if (type.SequenceEqual("VP8 "u8) && data[3..6].SequenceEqual<byte>([0x9D, 0x01, 0x2A]))
            {
                return Header(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF, false);
            }
        }

        throw new InvalidDataException("The WebP is cut short or damaged: its header is missing.");
    }

    private static ImageHeader Header(int width, int height, bool alpha) => new(ImageFormat.Webp, width, height, alpha);

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
