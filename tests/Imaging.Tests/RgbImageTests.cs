namespace Limner.Imaging.Tests;

public sealed class RgbImageTests
{
    [Theory]
    [InlineData(-1f, 0)]
    [InlineData(1f, 255)]
    [InlineData(-7f, 0)]
    [InlineData(7f, 255)]
    [InlineData(0f, 128)] // 127.5 goes to the even neighbour, as numpy's round does
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 255)]
    public void A_model_value_becomes_the_byte_that_the_reference_writes(float value, byte expected) =>
        Assert.Equal([expected, 0, 255], RgbImage.FromPlanes([value, -1f, 1f], 1, 1).Pixels);

    [Fact]
    public void Planes_become_interleaved_pixels()
    {
        RgbImage image = RgbImage.FromPlanes([1f, -1f, -1f, 1f, -1f, -1f], 2, 1); // red plane, green plane, blue plane
        Assert.Equal([255, 0, 0, 0, 255, 0], image.Pixels);
    }

    [Fact]
    public void A_wrong_number_of_values_names_both_counts()
    {
        var error = Assert.Throws<ArgumentException>(() => RgbImage.FromPlanes(new float[11], 2, 2));
        Assert.Contains("11 values are not 3 planes of 2x2, which have 12", error.Message, StringComparison.Ordinal);
    }
}
