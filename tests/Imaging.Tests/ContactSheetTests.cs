namespace Limner.Imaging.Tests;

public sealed class ContactSheetTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(4, 2, 2)]
    [InlineData(5, 3, 2)]
    [InlineData(10, 4, 3)]
    public void Pictures_stand_in_reading_order_with_white_between(int count, int columns, int rows)
    {
        RgbImage[] images = [.. Enumerable.Range(0, count).Select(i => Filled(16, 12, (byte)(20 * i)))];

        RgbImage sheet = ContactSheet.Compose(images);

        Assert.Equal(((columns * 24) + 8, (rows * 20) + 8), (sheet.Width, sheet.Height));
        for (int y = 0; y < sheet.Height; y++)
        {
            for (int x = 0; x < sheet.Width; x++)
            {
                int column = (x - 8) / 24, row = (y - 8) / 20, index = (row * columns) + column;
                bool inside = x >= 8 && y >= 8 && (x - 8) % 24 < 16 && (y - 8) % 20 < 12 && index < count;
                Assert.Equal(inside ? 20 * index : 255, sheet.Pixels[((y * sheet.Width) + x) * 3]);
            }
        }
    }

    [Fact]
    public void A_large_picture_is_reduced_by_the_mean_of_its_pixels()
    {
        var image = new RgbImage(1024, 1024);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(i / 3 % 2 == 0 ? 100 : 200); // vertical stripes one pixel wide
        }

        RgbImage sheet = ContactSheet.Compose([image]);

        Assert.Equal((528, 528), (sheet.Width, sheet.Height));
        Assert.Equal(150, sheet.Pixels[((264 * sheet.Width) + 264) * 3]);
        Assert.Equal(150, sheet.Pixels[((519 * sheet.Width) + 519) * 3]);
    }

    [Fact]
    public void No_pictures_or_unequal_pictures_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ContactSheet.Compose([]));
        ArgumentException error = Assert.Throws<ArgumentException>(() => ContactSheet.Compose([new RgbImage(2, 2), new RgbImage(3, 2)]));
        Assert.Contains("2x2 and 3x2", error.Message, StringComparison.Ordinal);
    }

    private static RgbImage Filled(int width, int height, byte value)
    {
        var image = new RgbImage(width, height);
        Array.Fill(image.Pixels, value);
        return image;
    }
}
