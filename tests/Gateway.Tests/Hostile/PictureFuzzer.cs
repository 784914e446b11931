using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Limner.Gateway.Tests.Uploads;

namespace Limner.Gateway.Tests.Hostile;

/// <summary>Files that somebody might send for a picture: good ones, damaged ones, and ones made by the grammar of a format with everything in them bent.</summary>
internal static class PictureFuzzer
{
    private static readonly byte[][] Good =
    [
        TestPictures.Png(8, 8), TestPictures.Png(64, 64), TestPictures.Mask, TestPictures.Jpeg(16, 16), TestPictures.Jpeg(64, 48), TestPictures.Webp(16, 16), TestPictures.Webp(64, 48), TestPictures.Claim,
    ];

    private static readonly byte[][] Others =
    [
        [], "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray(), "GIF89a\u0001\0\u0001\0"u8.ToArray(), "BM\0\0\0\0"u8.ToArray(), "II*\0\b\0\0\0"u8.ToArray(), "%PDF-1.7"u8.ToArray(), "PK\u0003\u0004"u8.ToArray(), new byte[3000],
    ];

    private static readonly int[] Sides = [0, 1, 2, 8, 64, 4096, 4097, 16383, 16384, 65535, 65536, 1 << 24, int.MaxValue, int.MinValue, -1];

    public static byte[] Make(Random chance) => chance.Next(8) switch
    {
        0 => Pick(Good, chance),
        1 or 2 or 3 => ByteFuzzer.Damage(Pick(Good, chance), chance),
        4 or 5 => Png(chance),
        6 => chance.Next(2) == 0 ? Jpeg(chance) : Webp(chance),
        _ => Pick(Others, chance),
    };

    private static byte[] Png(Random chance)
    {
        var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Side(chance));
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Side(chance));
        (header[8], header[9], header[10], header[11], header[12]) = (Pick<byte>([1, 2, 4, 8, 16, 3, 0, 255], chance), Pick<byte>([0, 2, 3, 4, 6, 1, 7], chance), (byte)chance.Next(2), (byte)chance.Next(2), (byte)chance.Next(3));
        Chunk(file, "IHDR", header, chance);
        for (int more = chance.Next(5); more > 0; more--)
        {
            Chunk(file, Pick(["IDAT", "IDAT", "PLTE", "tRNS", "iCCP", "zTXt", "iTXt", "acTL", "fcTL", "fdAT", "eXIf", "IHDR", "aaaa"], chance), Deflated(chance), chance);
        }

        Chunk(file, chance.Next(5) == 0 ? "IDAT" : "IEND", [], chance);
        return file.ToArray();
    }

    /// <summary>What unpacks to some bytes, or to a thousand times as many.</summary>
    private static byte[] Deflated(Random chance)
    {
        if (chance.Next(4) == 0)
        {
            byte[] noise = new byte[chance.Next(200)];
            chance.NextBytes(noise);
            return noise;
        }

        var packed = new MemoryStream();
        packed.Write(chance.Next(3) == 0 ? Encoding.ASCII.GetBytes("name\0\0") : []);
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(new byte[chance.Next(20) == 0 ? 4_000_000 : chance.Next(20_000)]);
        }

        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, byte[] data, Random chance)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. data], number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, chance.Next(40) == 0 ? Side(chance) : data.Length);
        file.Write(number);
        file.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(number, chance.Next(20) == 0 ? 0 : Checksum(typed));
        file.Write(number);
    }

    private static byte[] Jpeg(Random chance)
    {
        var file = new List<byte>(Pick([TestPictures.Jpeg(16, 16), TestPictures.Jpeg(64, 48)], chance));
        int frame = file.Count > 4 ? Enumerable.Range(2, file.Count - 4).First(at => file[at] == 0xFF && file[at + 1] is 0xC0 or 0xC2) : 0;
        for (int i = 0; i < 4; i++)
        {
            file[frame + 5 + i] = (byte)chance.Next(256);
        }

        file[frame + 1] = (byte)(0xC0 + chance.Next(16));
        if (chance.Next(2) == 0)
        {
            file.InsertRange(2, [0xFF, (byte)(0xE0 + chance.Next(16)), (byte)chance.Next(2), (byte)chance.Next(256), .. new byte[chance.Next(300)]]);
        }

        return [.. file];
    }

    private static byte[] Webp(Random chance)
    {
        byte[] file = [.. Pick([TestPictures.Webp(16, 16), TestPictures.Webp(64, 48)], chance), .. new byte[chance.Next(30)]];
        Encoding.ASCII.GetBytes(Pick(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM"], chance)).CopyTo(file, 12);
        for (int wound = chance.Next(8); wound > 0; wound--)
        {
            file[chance.Next(16, Math.Min(40, file.Length))] = (byte)chance.Next(256);
        }

        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), chance.Next(4) == 0 ? Side(chance) : file.Length - 8);
        return file;
    }

    /// <summary>The PNG specification's, annex D, bit by bit.</summary>
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

    private static int Side(Random chance) => chance.Next(3) == 0 ? chance.Next() : Pick(Sides, chance);

    private static T Pick<T>(T[] from, Random chance) => from[chance.Next(from.Length)];
}
