namespace Limner.EndToEnd.Tests;

public sealed class StarLeftOfHouseTests
{
    private const int Side = 64;

    [Theory]
    [InlineData("yellow", 8, 36, null)]
    [InlineData("gray", 8, 36, "one yellow ground")]
    [InlineData("yellow", 36, 8, "stands at")]
    [InlineData("yellow", 20, 20, "red thing takes 0.0%")] // the house hides the star
    [InlineData("yellow", 8, 12, "red thing takes 1.6%")] // or most of it
    public void It_says_what_is_wrong(string ground, int star, int house, string? fault)
    {
        byte[] picture = new byte[Side * Side * 3];
        Fill(picture, 0, 0, Side, ground == "yellow" ? [251, 219, 91] : [140, 144, 150]);
        Fill(picture, star, 20, 16, [220, 38, 38]);
        Fill(picture, house, 20, 16, [37, 90, 235]);

        Assert.Equal(fault is null, StarLeftOfHouse.Fault(picture, Side) is null);
        Assert.Contains(fault ?? "", StarLeftOfHouse.Fault(picture, Side) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Specks_are_no_star()
    {
        byte[] picture = new byte[Side * Side * 3];
        Fill(picture, 0, 0, Side, [251, 219, 91]);
        Fill(picture, 40, 20, 16, [37, 90, 235]);
        for (int i = 0; i < 100; i++)
        {
            Fill(picture, i % 10 * 3, i / 10 * 3, 1, [220, 38, 38]);
        }

        Assert.Contains("no large star", StarLeftOfHouse.Fault(picture, Side), StringComparison.Ordinal);
    }

    private static void Fill(byte[] picture, int left, int top, int side, byte[] colour)
    {
        for (int i = 0; i < side * side; i++)
        {
            colour.CopyTo(picture, (((top + (i / side)) * Side) + left + (i % side)) * 3);
        }
    }
}
