using System.Buffers.Binary;
using Limner.Imaging.Uploads;
using SkiaSharp;

namespace Limner.Imaging.Tests.Uploads;

public sealed class UploadedImageTests
{
    private const long Most = 1 << 20;

    /// <summary>Every kind of file that is taken, by other code than ours: format, quality (over 100: lossless) and transparency.</summary>
    public static TheoryData<ImageFormat, int, bool> Kinds => new()
    {
        { ImageFormat.Png, 100, false }, { ImageFormat.Png, 100, true }, { ImageFormat.Jpeg, 80, false }, { ImageFormat.Webp, 80, false },
        { ImageFormat.Webp, 80, true }, { ImageFormat.Webp, 101, false }, { ImageFormat.Webp, 101, true },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_whole_picture_is_what_its_header_says(ImageFormat format, int quality, bool alpha)
    {
        byte[] file = Encode(format, quality, alpha, 37, 21);
        Assert.Equal(new ImageHeader(format, 37, 21, alpha), UploadedImage.Check(file, Most));
    }

    [Fact]
    public void Its_pixels_and_what_of_them_is_transparent_are_read()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(3, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        new byte[] { 10, 20, 30, 255, 200, 100, 0, 0, 0, 0, 0, 51 }.CopyTo(bitmap.GetPixelSpan());
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        UploadedPicture picture = UploadedImage.Decode(png.AsSpan(), Most);
        Assert.Equal((3, 1), (picture.Image.Width, picture.Image.Height));
        Assert.Equal([10, 20, 30, 255, 255, 255, 204, 204, 204], picture.Image.Pixels);
        Assert.Equal([255, 0, 51], picture.Alpha);
        Assert.True(picture.HasHole);
        Assert.Equal([1, 0, 0], picture.Opaque());
    }

    [Theory]
    [InlineData(false, 180, 60, 50)]
    [InlineData(true, 195, 47, 41)] // by the matrices of both spaces, whose curve is the same
    public void Colours_are_what_the_files_own_colour_space_says(bool displayP3, int red, int green, int blue)
    {
        using SKColorSpace space = displayP3 ? SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3) : SKColorSpace.CreateSrgb();
        using var bitmap = new SKBitmap(new SKImageInfo(2, 1, SKColorType.Rgba8888, SKAlphaType.Opaque, space));
        new byte[] { 180, 60, 50, 255, 128, 128, 128, 255 }.CopyTo(bitmap.GetPixelSpan());
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        byte[] pixels = UploadedImage.Decode(png.AsSpan(), Most).Image.Pixels;
        int[] expected = [red, green, blue, 128, 128, 128];
        Assert.All(pixels.Select((value, i) => Math.Abs(value - expected[i])), off => Assert.InRange(off, 0, 1));
    }

    [Fact]
    public void Reduced_each_pixel_is_the_mean_of_a_square_on_white()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(3, 2, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        new byte[] { 10, 20, 30, 255, 20, 30, 40, 255, 200, 100, 0, 0, 30, 40, 50, 255, 40, 50, 60, 255, 7, 8, 9, 255 }.CopyTo(bitmap.GetPixelSpan());
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        RgbImage reduced = UploadedImage.DecodeReduced(png.AsSpan(), Most, 2);
        Assert.Equal((2, 1), (reduced.Width, reduced.Height));
        Assert.Equal([25, 35, 45, 131, 132, 132], reduced.Pixels);
        Assert.Equal(UploadedImage.Decode(png.AsSpan(), Most).Image.Pixels, UploadedImage.DecodeReduced(png.AsSpan(), Most, 3).Pixels);
    }

    [Fact]
    public void A_large_one_that_is_reduced_is_never_held_whole()
    {
        byte[] file = Encode(ImageFormat.Png, 100, alpha: false, 4096, 4096);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RgbImage reduced = UploadedImage.DecodeReduced(file, 4096 * 4096, 1024);
        // Skia has 64 MiB for it meanwhile, which are free again; as a picture with its alpha it would be 64 MiB more.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        Assert.Equal((1024, 1024), (reduced.Width, reduced.Height));
    }

    [Theory]
    [InlineData(4096, 4096, 512, 512)] // an eighth
    [InlineData(1023, 3000, 1023, 3000)]
    [InlineData(1025, 3001, 513, 1501)]
    [InlineData(3001, 1025, 1501, 513)]
    public void Made_smaller_its_shorter_side_keeps_what_it_has_to(int width, int height, int reducedWidth, int reducedHeight)
    {
        RgbImage reduced = UploadedImage.DecodeCovering(Encode(ImageFormat.Png, 100, alpha: false, width, height), 4096 * 4096, 512);
        Assert.Equal((reducedWidth, reducedHeight), (reduced.Width, reduced.Height));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Cut_anywhere_it_is_refused(ImageFormat format, int quality, bool alpha)
    {
        byte[] file = Encode(format, quality, alpha, 37, 21);
        // Behind the pixels of a JPEG stands its end mark, which many lack.
        int needed = format == ImageFormat.Jpeg ? file.Length - 2 : file.Length;
        for (int length = 0; length < needed; length++)
        {
            Assert.Throws<InvalidDataException>(() => UploadedImage.Check(file.AsSpan(0, length), Most));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damaged_anywhere_it_is_a_picture_or_refused_and_nothing_else(ImageFormat format, int quality, bool alpha)
    {
        byte[] file = Encode(format, quality, alpha, 37, 21);
        int refused = 0;
        for (int at = 0; at < file.Length; at++)
        {
            foreach (byte change in new byte[] { 0x01, 0x80, 0xFF })
            {
                byte[] damaged = [.. file];
                damaged[at] ^= change;
                try
                {
                    ImageHeader header = UploadedImage.Check(damaged, Most);
                    Assert.InRange((long)header.Width * header.Height, 1, Most);
                }
                catch (InvalidDataException)
                {
                    refused++;
                }
            }
        }

        Assert.True(refused > 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void More_pixels_than_may_be_are_refused_by_the_header_alone(ImageFormat format, int quality, bool alpha)
    {
        byte[] file = Encode(format, quality, alpha, 64, 64);
        Assert.Equal(64, UploadedImage.Check(file, 64 * 64).Width);
        Assert.Contains("64x64 pixels; expected at most 4095", Assert.Throws<InvalidDataException>(() => UploadedImage.Check(file, (64 * 64) - 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_claims_everything_takes_no_memory()
    {
        byte[] file = Encode(ImageFormat.Png, 100, true, 8, 8);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), int.MaxValue);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), int.MaxValue);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => UploadedImage.Check(file, Most));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        foreach (int side in new[] { 0, -1, int.MinValue })
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), side);
            Assert.Throws<InvalidDataException>(() => UploadedImage.Check(file, long.MaxValue));
        }
    }

    [Theory]
    [InlineData("GIF89a\u0001\0\u0001\0")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("BM\0\0\0\0")]
    [InlineData("")]
    [InlineData("RIFF\0\0\0\0WEBPVP8 ")]
    public void Anything_else_is_none(string text) => Assert.Throws<InvalidDataException>(() => UploadedImage.Check(System.Text.Encoding.Latin1.GetBytes(text), Most));

    [Fact]
    public void An_animation_is_refused()
    {
        byte[] still = Encode(ImageFormat.Webp, 80, true, 16, 16);
        // VP8X with the bit for animation: bit 1 of its flags.
        Assert.Equal("VP8X"u8.ToArray(), still[12..16]);
        still[20] |= 0x02;
        Assert.Contains("animated", Assert.Throws<InvalidDataException>(() => UploadedImage.Check(still, Most)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_behind_much_else_in_a_JPEG_is_found()
    {
        byte[] file = Encode(ImageFormat.Jpeg, 80, false, 37, 21);
        // Comments of 65,533 bytes and a fill byte before the frame.
        byte[] comment = [0xFF, 0xFF, 0xFE, 0xFF, 0xFF, .. new byte[0xFFFF - 2]];
        byte[] padded = [.. file[..2], .. comment, .. comment, .. file[2..]];
        Assert.Equal((37, 21), (ImageHeader.Read(padded).Width, ImageHeader.Read(padded).Height));
        Assert.Equal(37, UploadedImage.Check(padded, Most).Width);
    }

    [Fact]
    public void A_PNG_with_one_transparent_colour_has_transparency()
    {
        byte[] png = PngEncoder.Encode(TestImages.Gradient(8, 8));
        byte[] typed = [.. "tRNS"u8, 0, 0, 0, 0, 0, 0];
        byte[] checksum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, System.IO.Hashing.Crc32.HashToUInt32(typed));
        byte[] file = [.. png[..33], 0, 0, 0, 6, .. typed, .. checksum, .. png[33..]];

        Assert.False(ImageHeader.Read(png).HasAlpha);
        Assert.True(UploadedImage.Check(file, Most).HasAlpha);
    }

    /// <summary>A camera writes its pixels as they came and says how it was held (EXIF, tag 0x0112); a viewer turns them.</summary>
    [Theory]
    [InlineData(1, "ABCD")]
    [InlineData(2, "BADC")]
    [InlineData(3, "DCBA")]
    [InlineData(4, "CDAB")]
    [InlineData(5, "ACBD")]
    [InlineData(6, "CADB")]
    [InlineData(7, "DBCA")]
    [InlineData(8, "BDAC")]
    public void A_photo_is_upright_however_the_camera_was_held(byte orientation, string corners)
    {
        var colours = new Dictionary<char, SKColor> { ['A'] = SKColors.Red, ['B'] = SKColors.Lime, ['C'] = SKColors.Blue, ['D'] = SKColors.White };
        using var bitmap = new SKBitmap(new SKImageInfo(64, 32, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int i = 0; i < 64 * 32; i++)
        {
            bitmap.SetPixel(i % 64, i / 64, colours["ABCD"[(i / 64 / 16 * 2) + (i % 64 / 32)]]);
        }

        using SKData plain = bitmap.Encode(SKEncodedImageFormat.Jpeg, 100);
        byte[] exif = [.. "Exif\0\0MM\0*\0\0\0\b\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0"u8, orientation, 0, 0, 0, 0, 0, 0];
        byte[] file = [.. plain.AsSpan()[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. plain.AsSpan()[2..]];

        (int width, int height) = orientation > 4 ? (32, 64) : (64, 32);
        Assert.Equal(new ImageHeader(ImageFormat.Jpeg, width, height, false), UploadedImage.Check(file, Most));
        foreach (RgbImage image in new[] { UploadedImage.Decode(file, Most).Image, UploadedImage.DecodeReduced(file, Most, 64) })
        {
            Assert.Equal((width, height), (image.Width, image.Height));
            for (int corner = 0; corner < 4; corner++)
            {
                (int x, int y) = (corner % 2 == 0 ? 4 : width - 5, corner < 2 ? 4 : height - 5);
                SKColor expected = colours[corners[corner]];
                byte[] pixel = image.Pixels[(3 * ((y * width) + x))..][..3];
                Assert.All(pixel.Zip([expected.Red, expected.Green, expected.Blue]), pair => Assert.InRange(pair.First - pair.Second, -8, 8));
            }
        }
    }

    private static byte[] Encode(ImageFormat format, int quality, bool alpha, int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, alpha ? SKAlphaType.Unpremul : SKAlphaType.Opaque));
        Span<byte> rgba = bitmap.GetPixelSpan();
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Span<byte> pixel = rgba.Slice((y * bitmap.RowBytes) + (4 * x), 4);
                (pixel[0], pixel[1], pixel[2], pixel[3]) = ((byte)(x * 31), (byte)(y * 17), (byte)(x * y), alpha ? (byte)((x * 9) + 20) : (byte)255);
            }
        }

        using SKPixmap pixmap = bitmap.PeekPixels();
        using SKData? data = format switch
        {
            ImageFormat.Png => pixmap.Encode(SKPngEncoderOptions.Default),
            ImageFormat.Jpeg => pixmap.Encode(new SKJpegEncoderOptions(quality)),
            _ => pixmap.Encode(quality > 100 ? new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100) : new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)),
        };
        return data!.ToArray();
    }
}
