namespace Limner.Imaging;

/// <summary>Pictures in one row, e.g. the way from one to another.</summary>
public static class Strip
{
    private const int LargestTile = 256;

    /// <summary>Lays equally large pictures side by side without a gap, reduced by a whole factor until each is at most 256 pixels wide and high.</summary>
    /// <exception cref="ArgumentException">There are no pictures, or they differ in size.</exception>
    public static RgbImage Compose(IReadOnlyList<RgbImage> images)
    {
        RgbImage first = TileReduction.CheckEqual(images, "strip");
        var tiles = new TileReduction(first, LargestTile);
        var strip = new RgbImage(images.Count * tiles.Width, tiles.Height);
        for (int i = 0; i < images.Count; i++)
        {
            tiles.Place(images[i], strip, i * tiles.Width, 0);
        }

        return strip;
    }
}
