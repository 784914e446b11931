using System.Buffers.Binary;

namespace Limner.Imaging.Uploads;

/// <summary>ITU-T T.81, annex B: segments up to the frame header, which has the size.</summary>
internal static class JpegHeader
{
    public static ReadOnlySpan<byte> Signature => [0xFF, 0xD8, 0xFF];

    public static ImageHeader Read(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> rest = file[2..];
        while (rest.Length >= 4 && rest[0] == 0xFF)
        {
            byte marker = rest[1];
            if (marker == 0xFF)
            {
                rest = rest[1..]; // a fill byte
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (IsFrame(marker) && rest.Length >= 9)
            {
                return new ImageHeader(ImageFormat.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(rest[7..]), BinaryPrimitives.ReadUInt16BigEndian(rest[5..]), HasAlpha: false);
            }

            // Compressed data or the end before any frame: there is no picture.
            if (marker is 0xDA or 0xD9 || length < 2 || length + 2 > rest.Length)
            {
                break;
            }

            rest = rest[(2 + length)..];
        }

        throw new InvalidDataException("The JPEG is cut short or damaged: its frame header is missing.");
    }

    // SOF0 to SOF15 without DHT, JPG and DAC, which lie among them.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
