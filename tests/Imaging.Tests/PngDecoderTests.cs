using System.Buffers.Binary;
using System.IO.Compression;

namespace Limner.Imaging.Tests;

public sealed class PngDecoderTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(64, 64)]
    [InlineData(301, 255)]
    public void What_was_encoded_comes_back(int width, int height)
    {
        RgbImage image = Noise(width, height);

        RgbImage decoded = PngDecoder.Decode(PngEncoder.Encode(image, new PngText("a", "b")), largestSide: 301);

        Assert.Equal((width, height), (decoded.Width, decoded.Height));
        Assert.Equal(image.Pixels, decoded.Pixels);
    }

    [Theory]
    [InlineData(64, 64, 16, 16, 16)]
    [InlineData(64, 48, 16, 22, 16)]
    [InlineData(50, 301, 16, 17, 101)]
    [InlineData(40, 31, 16, 40, 31)]
    [InlineData(9, 9, 64, 9, 9)]
    public void For_looking_at_it_squares_become_their_mean(int width, int height, int leastSide, int smallWidth, int smallHeight)
    {
        RgbImage image = Noise(width, height);

        (RgbImage small, int fullWidth, int fullHeight) = PngDecoder.DecodeReduced(PngEncoder.Encode(image), largestSide: 301, leastSide);

        Assert.Equal((width, height, smallWidth, smallHeight), (fullWidth, fullHeight, small.Width, small.Height));
        int factor = (width + smallWidth - 1) / smallWidth;
        for (int y = 0; y < smallHeight; y++)
        {
            for (int x = 0; x < smallWidth * 3; x++)
            {
                Assert.Equal(Mean(image, x / 3 * factor, y * factor, x % 3, factor), small.Pixels[(y * smallWidth * 3) + x]);
            }
        }
    }

    [Fact]
    public void Means_are_the_same_beside_something_transparent()
    {
        byte[] rgba = new byte[4 * 6 * 6];
        new Random(5).NextBytes(rgba);
        for (int i = 3; i < rgba.Length; i += 4)
        {
            rgba[i] = 255;
        }

        RgbImage opaque = PixelMeans.Of(rgba, 6, 6, 3);
        rgba[^1] = 254; // the last square alone goes the other way

        Assert.Equal(opaque.Pixels[..^3], PixelMeans.Of(rgba, 6, 6, 3).Pixels[..^3]);
    }

    private static byte Mean(RgbImage image, int left, int top, int channel, int factor)
    {
        (int sum, int count) = (0, 0);
        for (int y = top; y < Math.Min(top + factor, image.Height); y++)
        {
            for (int x = left; x < Math.Min(left + factor, image.Width); x++)
            {
                (sum, count) = (sum + image.Pixels[(((y * image.Width) + x) * 3) + channel], count + 1);
            }
        }

        return (byte)((sum + (count / 2)) / count);
    }

    [Theory]
    [InlineData(65, 3, "65x3")]
    [InlineData(3, 65, "3x65")]
    public void A_longer_side_is_refused(int width, int height, string size) =>
        Assert.Equal($"The PNG has {size} pixels; expected at most 64 on a side.", Problem(PngEncoder.Encode(Noise(width, height))));

    // A file of 70 bytes that asks for 12 TB: refused by its header, since there is nothing else to it.
    [Fact]
    public void The_header_is_judged_before_anything_is_allocated() => Assert.Contains("2000000x2000000 pixels", Problem(Header(2_000_000, 2_000_000, colourType: 2)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0u, 8u)]
    [InlineData(8u, 0u)]
    [InlineData(0x80000000u, 8u)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void A_size_that_cannot_be(uint width, uint height) => Assert.Contains("expected both to be positive", Problem(Header(width, height, colourType: 2)), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_png()
    {
        Assert.Contains("are not a PNG", Problem([]), StringComparison.Ordinal);
        Assert.Contains("are not a PNG", Problem(new byte[1000]), StringComparison.Ordinal);
        Assert.Contains("are not a PNG", Problem([0xFF, 0xD8, 0xFF, .. new byte[100]]), StringComparison.Ordinal);
    }

    [Fact]
    public void However_a_file_is_cut_nothing_else_is_thrown()
    {
        byte[] png = PngEncoder.Encode(Noise(20, 20));
        // Without its last chunk (12 bytes) a PNG still has all its pixels.
        for (int length = 0; length < png.Length - 16; length += 7)
        {
            Assert.Throws<InvalidDataException>(() => PngDecoder.Decode(png.AsSpan(0, length), 64));
        }
    }

    [Fact]
    public void However_a_byte_is_changed_nothing_else_is_thrown()
    {
        byte[] png = PngEncoder.Encode(Noise(20, 20));
        for (int at = 0; at < png.Length; at += 5)
        {
            byte[] damaged = [.. png];
            damaged[at] ^= 0x55;
            try
            {
                Assert.InRange(PngDecoder.Decode(damaged, 64).Width, 1, 64);
            }
            catch (InvalidDataException)
            {
                // Most of them.
            }
        }
    }

    [Fact]
    public void What_is_transparent_lies_on_white()
    {
        byte[] rows = [0, 10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 128]; // one row: filter, then three RGBA pixels
        Assert.Equal([10, 20, 30, 255, 255, 255, 127, 127, 127], PngDecoder.Decode(Rgba(3, rows), 64).Pixels);
    }

    private static string Problem(byte[] png) => Assert.Throws<InvalidDataException>(() => PngDecoder.Decode(png, largestSide: 64)).Message;

    private static byte[] Header(uint width, uint height, byte colourType)
    {
        byte[] data = [0, 0, 0, 0, 0, 0, 0, 0, 8, colourType, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(data, width);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(4), height);
        return [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR"u8, data)];
    }

    private static byte[] Rgba(uint width, byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        return [.. Header(width, 1, colourType: 6), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] typed = [.. type, .. data];
        byte[] chunk = new byte[typed.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        typed.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(typed.Length + 4), System.IO.Hashing.Crc32.HashToUInt32(typed));
        return chunk;
    }

    private static RgbImage Noise(int width, int height)
    {
        var image = new RgbImage(width, height);
        new Random(5).NextBytes(image.Pixels);
        return image;
    }
}
