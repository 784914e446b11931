using Limner.Imaging.Uploads;

namespace Limner.Imaging.Tests;

public sealed class LossyEncoderTests
{
    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void A_picture_comes_out_nearly_as_it_went_in(ImageFormat format)
    {
        RgbImage picture = TestImages.Gradient(96, 64);
        byte[] file = LossyEncoder.Encode(picture, format, 95);

        ImageHeader header = UploadedImage.Check(file, 96 * 64);
        Assert.Equal(new ImageHeader(format, 96, 64, HasAlpha: false), header);
        Assert.InRange(TestImages.MeanDifference(picture, TestImages.Decode(file)), 0, 3);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void Less_quality_is_fewer_bytes_and_the_same_is_the_same(ImageFormat format)
    {
        RgbImage picture = TestImages.Gradient(256, 256);
        int[] lengths = [.. new[] { 0, 50, 90, 100 }.Select(quality => LossyEncoder.Encode(picture, format, quality).Length)];

        Assert.Equal(lengths.Order(), lengths);
        Assert.Equal(4, lengths.Distinct().Count());
        Assert.Equal(LossyEncoder.Encode(picture, format, 50), LossyEncoder.Encode(picture, format, 50));
    }

    [Theory]
    [InlineData(ImageFormat.Png, 90)]
    [InlineData(ImageFormat.Jpeg, -1)]
    [InlineData(ImageFormat.Webp, 101)]
    public void What_it_cannot_do_is_refused(ImageFormat format, int quality) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LossyEncoder.Encode(TestImages.Gradient(8, 8), format, quality));

    [Fact]
    public void An_enlarged_picture_shows_the_same()
    {
        RgbImage small = TestImages.Gradient(64, 64), large = Enlargement.Enlarge(small, 256, 128);
        Assert.Equal((256, 128), (large.Width, large.Height));
        for (int y = 8; y < 56; y += 8)
        {
            for (int x = 8; x < 56; x += 8)
            {
                int from = ((y * 64) + x) * 3, to = ((((y * 2) + 1) * 256) + (x * 4) + 2) * 3;
                Assert.InRange(Math.Abs(small.Pixels[from] - large.Pixels[to]), 0, 6);
            }
        }
    }
}
