namespace Limner.EndToEnd.Tests;

/// <summary>Whether a picture can be one of a large red star left of a blue house on a yellow background: colours, sizes and places, not shapes.</summary>
internal static class StarLeftOfHouse
{
    /// <summary>What is wrong in one sentence, or null.</summary>
    public static string? Fault(byte[] rgb, int width)
    {
        ColourRegion ground = ColourRegion.Largest(rgb, width, IsYellow), star = ColourRegion.Largest(rgb, width, IsRed), house = ColourRegion.Largest(rgb, width, IsBlue);
        return ground.Share < 0.5 ? $"Only {100 * ground.Share:0}% of the picture is one yellow ground."
            : star.Share is < 0.02 or > 0.25 ? $"The largest red thing takes {100 * star.Share:0.0}% of the picture, which is no large star."
            : house.Share is < 0.01 or > 0.25 ? $"The largest blue thing takes {100 * house.Share:0.0}% of the picture, which is no house."
            : star.X > house.X - 0.1 ? $"The red thing stands at {100 * star.X:0}% of the width and the blue one at {100 * house.X:0}%."
            : null;
    }

    // Orange is no red and no yellow, purple and turquoise are no blue: at least one channel has to be far from the others.
    private static bool IsYellow(int r, int g, int b) => r > 170 && r - b > 60 && g - b > 0.6 * (r - b) && g < r + 20;

    private static bool IsRed(int r, int g, int b) => r > 120 && r - g > 80 && r - b > 80 && Math.Abs(g - b) < 60;

    private static bool IsBlue(int r, int g, int b) => b > 90 && b - r > 90 && b - g > 50;
}
