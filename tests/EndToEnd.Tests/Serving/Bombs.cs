using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>Files that are small to send and large to believe.</summary>
internal static class Bombs
{
    private const int Large = 256 * 1024 * 1024;

    private static readonly Lazy<byte[]> Zeros = new(() => Deflate(Large));

    /// <summary>Each with a name.</summary>
    public static IEnumerable<(string Name, byte[] File)> All()
    {
        yield return ("a small PNG whose pixels unpack to 256 MiB", Png(64, 64, ("IDAT", Zeros.Value)));
        yield return ("a profile that unpacks to 256 MiB", Png(64, 64, ("iCCP", [.. "name\0\0"u8, .. Zeros.Value]), ("IDAT", Deflate(64 * 65))));
        yield return ("texts that unpack to 256 MiB", Png(64, 64, ("zTXt", [.. "name\0\0"u8, .. Zeros.Value]), ("iTXt", [.. "name\0\u0001\0\0\0"u8, .. Zeros.Value]), ("IDAT", Zeros.Value)));
        yield return ("a PNG of a gigapixel and a half", Png(40_000, 40_000, ("IDAT", Zeros.Value)));
        yield return ("33 bytes that claim four billion gigapixels", Png(int.MaxValue, int.MaxValue)[..33]);
        yield return ("a JPEG of four gigapixels", [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xFF, 0xFF, 0xFF, 0xFF, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF, 0xDA, 0, 2]);
        yield return ("a WebP of 281 terapixels", [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        yield return ("a lossless WebP of 268 megapixels", [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8L"u8, 10, 0, 0, 0, 0x2F, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0, 0]);
    }

    /// <summary>As large as a picture may be, and nothing wrong with it.</summary>
    public static byte[] Largest() => Png(4096, 4096, ("IDAT", Deflate(4096 * 4097)));

    /// <summary>A harmless picture.</summary>
    public static byte[] Small() => Png(8, 8, ("IDAT", Deflate(8 * 9)));

    /// <summary>Gray, one byte for each pixel.</summary>
    private static byte[] Png(int width, int height, params (string Type, byte[] Data)[] chunks)
    {
        var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        foreach ((string type, byte[] data) in ((string, byte[])[])[("IHDR", header), .. chunks, ("IEND", [])])
        {
            byte[] number = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            file.Write(number);
            byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. data];
            file.Write(typed);
            BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(typed));
            file.Write(number);
        }

        return file.ToArray();
    }

    private static byte[] Deflate(int zeros)
    {
        var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] part = new byte[1 << 16];
            for (int left = zeros; left > 0; left -= part.Length)
            {
                deflate.Write(part, 0, Math.Min(left, part.Length));
            }
        }

        return packed.ToArray();
    }

    /// <summary>The PNG specification's, annex D.</summary>
    private static uint Checksum(byte[] bytes)
    {
        uint sum = 0xFFFFFFFF;
        foreach (byte one in bytes)
        {
            sum ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0xEDB88320;
            }
        }

        return ~sum;
    }
}
