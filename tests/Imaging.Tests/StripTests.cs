namespace Limner.Imaging.Tests;

public sealed class StripTests
{
    [Fact]
    public void Pictures_stand_side_by_side_reduced_alike()
    {
        RgbImage Plain(byte level)
        {
            var image = new RgbImage(512, 256);
            Array.Fill(image.Pixels, level);
            return image;
        }

        RgbImage strip = Strip.Compose([Plain(10), Plain(20), Plain(30)]);
        Assert.Equal((3 * 256, 128), (strip.Width, strip.Height));
        Assert.Equal([10, 20, 30], new[] { 0, 1, 2 }.Select(i => strip.Pixels[3 * ((256 * i) + 100)]));
        Assert.Equal("A strip needs at least one picture. (Parameter 'images')", Assert.Throws<ArgumentException>(() => Strip.Compose([])).Message);
    }
}
