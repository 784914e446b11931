using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Limner.Imaging.Tests;

/// <summary>A second, independent reading of a PNG (chunks, bitwise CRC, inflate, the five row filters): what the encoder wrote is never checked by its own library.</summary>
internal sealed class HandParsedPng
{
    public List<(string Type, byte[] Data)> Chunks { get; } = [];

    public int Width { get; }

    public int Height { get; }

    public byte[] Rgb { get; }

    public HandParsedPng(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            Assert.Equal(SlowCrc(png.AsSpan(at + 4, 4 + length)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            Chunks.Add((Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]));
            at += 12 + length;
        }

        byte[] header = Chunks[0].Data;
        Assert.Equal("IHDR", Chunks[0].Type);
        Assert.Equal("IEND", Chunks[^1].Type);
        (Width, Height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        Assert.Equal([8, 2, 0, 0, 0], header[8..]); // 8 bits, RGB, deflate, adaptive filters, not interlaced
        Rgb = Unfilter(Inflate());
    }

    private byte[] Inflate()
    {
        using var packed = new MemoryStream(Chunks.Where(chunk => chunk.Type == "IDAT").SelectMany(chunk => chunk.Data).ToArray());
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        return rows.ToArray();
    }

    private byte[] Unfilter(byte[] rows)
    {
        int stride = Width * 3;
        Assert.Equal((stride + 1) * Height, rows.Length);
        byte[] pixels = new byte[stride * Height];
        for (int y = 0; y < Height; y++)
        {
            byte filter = rows[y * (stride + 1)];
            for (int x = 0; x < stride; x++)
            {
                int a = x >= 3 ? pixels[(y * stride) + x - 3] : 0;
                int b = y > 0 ? pixels[((y - 1) * stride) + x] : 0;
                int c = x >= 3 && y > 0 ? pixels[((y - 1) * stride) + x - 3] : 0;
                int guess = filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, 4 => Paeth(a, b, c), _ => throw new InvalidDataException($"filter {filter}") };
                pixels[(y * stride) + x] = (byte)(rows[(y * (stride + 1)) + 1 + x] + guess);
            }
        }

        return pixels;
    }

    private static int Paeth(int a, int b, int c)
    {
        int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }

    private static uint SlowCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }
}
