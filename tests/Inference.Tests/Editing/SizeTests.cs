using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using static Limner.Inference.Tests.Editing.PictureMeasures;

namespace Limner.Inference.Tests.Editing;

/// <summary>Images that are no squares, larger than the networks, or larger than what was given.</summary>
public sealed class SizeTests(ShippedModel shipped) : IClassFixture<ShippedModel>
{
    [Theory]
    [InlineData(112, 64)] // the shapes of 1792x1024 and 1024x1792 where only the base stage runs
    [InlineData(64, 112)]
    [InlineData(72, 64)]
    public void A_thing_that_was_asked_for_is_on_a_canvas_of_any_shape(int width, int height)
    {
        UnclipRequest request = ShippedModel.Small("a red star on a white background", 7) with { Size = new ImageSize(width, height), DecoderSteps = 8 };
        SourceImage image = shipped.Generate(request)[0];
        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.InRange(Share(image, IsRed), 0.01, 0.5);
        Assert.InRange(Share(image, (red, green, blue) => red > 200 && green > 200 && blue > 200), 0.4, 0.99);
        Assert.Equal(1, Runs(image, IsRed)); // and only once
        Assert.Equal(image.Digest(), shipped.Generate(request)[0].Digest());
    }

    [Fact]
    public void A_picture_goes_on_beyond_its_side_without_a_seam()
    {
        SourceImage source = shipped.Generate(ShippedModel.Small("a large purple moon on a gradient from red to blue", 5) with { Size = 128 })[0];
        var canvas = new ImageSize(192, 128);
        SourceImage extended = shipped.Generate(ShippedModel.Small("", 3) with { Size = canvas, Known = KnownRegion.Place(source, canvas, 0, 0) })[0];
        for (int y = 0; y < 128; y++)
        {
            Assert.True(source.Rgb.Slice(3 * y * 128, 3 * 124).SequenceEqual(extended.Rgb.Slice(3 * y * 192, 3 * 124)), $"row {y}");
        }

        Assert.InRange(ColumnGradient(extended, 122, 132), 0, 1.10 * ColumnGradient(source, 0, 127));
        Assert.InRange(Share(extended, (red, green, blue) => red + green + blue < 30), 0, 0.01); // nothing was left undrawn
    }

    [Fact]
    public void Tiles_of_super_resolution_cannot_be_seen()
    {
        // A smooth slope: whatever differs from tile to tile would stand out.
        byte[] rgb = new byte[3 * 160 * 64];
        for (int i = 0; i < rgb.Length; i++)
        {
            rgb[i] = (byte)(40 + (i / 3 % 160));
        }

        SourceImage larger = shipped.Generate(new() { Prompt = "", Upscale = new(160, 64, rgb), Size = new ImageSize(640, 256) })[0];
        Assert.Equal((640, 256), (larger.Width, larger.Height));
        foreach ((int start, int end) in new[] { (180, 260), (372, 396), (440, 460) }) // where the tiles at 0, 192, 384 begin and end
        {
            Assert.InRange(ColumnGradient(larger, start, end), 0, 1.10 * ColumnGradient(larger, 20, 600));
        }
    }

    [Fact]
    public void A_picture_that_is_enlarged_is_the_same_picture_and_sharper()
    {
        SourceImage source = shipped.Generate(ShippedModel.Small("a red star", 5))[0];
        var request = new UnclipRequest { Prompt = "", Upscale = source, Size = 256, Seed = 1 };
        SourceImage larger = shipped.Generate(request)[0];
        Assert.InRange(Difference(larger.Resized(64), source), 0.01, 4);
        Assert.True(Edge(larger) > 1.3 * Edge(source.Resized(256)), $"{Edge(larger)} {Edge(source.Resized(256))}");
        Assert.Equal(larger.Digest(), shipped.Generate(request)[0].Digest());
        RefusedRequestException refused = Assert.Throws<RefusedRequestException>(() => shipped.Generate(request with { Size = new ImageSize(512, 256) }));
        Assert.Equal("A picture of 64x64 cannot be enlarged to 512x256, which has another shape.", refused.Message);
    }

    [Fact]
    public void Sizes_outside_the_models_are_refused_in_a_sentence()
    {
        string Refusal(int width, int height) =>
            Assert.Throws<RefusedRequestException>(() => shipped.Generate(ShippedModel.Small("a", 1) with { Size = new ImageSize(width, height) })).Message;
        Assert.Equal("An image of 2112x1024 was asked for; this model makes up to 2048x2048.", Refusal(2112, 1024));
        Assert.Equal("An image of 256x1024 was asked for; its long side may be at most 3 times its short one.", Refusal(256, 1024));
    }

    // How often along the long side something that counts begins.
    private static int Runs(SourceImage image, Func<byte, byte, byte, bool> counts)
    {
        bool[] shown = new bool[Math.Max(image.Width, image.Height) + 1];
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            ReadOnlySpan<byte> pixel = image.Rgb.Slice(3 * i, 3);
            shown[1 + (image.Width > image.Height ? i % image.Width : i / image.Width)] |= counts(pixel[0], pixel[1], pixel[2]);
        }

        return shown.Zip(shown.Skip(1)).Count(pair => !pair.First && pair.Second);
    }

    // The mean of the steepest hundredth of the steps from column to column.
    private static double Edge(SourceImage image)
    {
        byte[] rgb = image.Rgb.ToArray();
        int[] steps = Enumerable.Range(0, rgb.Length - 3).Where(i => i / 3 % image.Width < image.Width - 1).Select(i => Math.Abs(rgb[i + 3] - rgb[i])).OrderDescending().ToArray();
        return steps.Take(steps.Length / 100).Average();
    }
}
