using System.Security.Cryptography;
using Limner.Imaging.Uploads;

namespace Limner.Imaging.Tests;

public sealed class PngEncoderTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(64, 64)]
    [InlineData(300, 257)]
    [InlineData(5, 128)]
    [InlineData(3, 1000)]
    public void An_independent_decoder_reads_back_every_pixel(int width, int height)
    {
        RgbImage image = Noise(width, height, seed: 1);

        var png = new HandParsedPng(PngEncoder.Encode(image));

        Assert.Equal((width, height), (png.Width, png.Height));
        Assert.Equal(image.Pixels, png.Rgb);
    }

    [Fact]
    public void The_same_picture_and_texts_give_the_same_bytes()
    {
        RgbImage image = Noise(96, 96, seed: 2);
        Assert.Equal(PngEncoder.Encode(image, new PngText("seed", "7")), PngEncoder.Encode(image, new PngText("seed", "7")));
        Assert.NotEqual(PngEncoder.Encode(image, new PngText("seed", "7")), PngEncoder.Encode(image, new PngText("seed", "8")));
    }

    [Fact]
    public void No_date_or_machine_dependent_chunk_is_in_the_file()
    {
        var png = new HandParsedPng(PngEncoder.Encode(Noise(8, 8, seed: 3), new PngText("a", "b")));
        Assert.Equal(["IHDR", "tEXt", "IDAT", "IEND"], png.Chunks.Select(chunk => chunk.Type));
    }

    // Other bytes on another machine would be another file under the key that a redelivered message writes again: nothing here may depend on the processor or on how many there are.
    [Fact]
    public void The_bytes_are_those_that_they_were()
    {
        RgbImage image = TestImages.Gradient(200, 300);
        for (int i = 0; i < image.Pixels.Length; i += 7)
        {
            image.Pixels[i] ^= (byte)(i * 2654435761L >> 13);
        }

        Assert.Equal("819b0b3fdcee04c1e84c2005bf59168a819070b1aa708f3ecf4e573c5d3040f3", Convert.ToHexStringLower(SHA256.HashData(PngEncoder.Encode(image))));
    }

    [Fact]
    public void A_picture_of_one_colour_takes_hardly_any_bytes() => Assert.InRange(PngEncoder.Encode(new RgbImage(1024, 1024)).Length, 1, 1024 * 1024 * 3 / 200);

    private static RgbImage Noise(int width, int height, int seed)
    {
        var image = new RgbImage(width, height);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }

    [Fact]
    public void A_mask_is_transparent_where_it_does_not_keep()
    {
        byte[] kept = [1, 0, 255, 0, 0, 7];
        UploadedPicture mask = UploadedImage.Decode(PngEncoder.EncodeMask(3, 2, kept), 6);
        Assert.Equal([255, 0, 255, 0, 0, 255], mask.Alpha);
        Assert.Equal((3, 2), (mask.Image.Width, mask.Image.Height));
        Assert.Throws<ArgumentException>(() => PngEncoder.EncodeMask(3, 2, kept.AsSpan(1)));
    }
}
