namespace Limner.Imaging;

/// <summary>Several pictures on one, in reading order, as near to a square as the count allows.</summary>
public static class ContactSheet
{
    private const int Gutter = 8;
    private const int LargestTile = 512;

    /// <summary>Lays equally large pictures out on a white sheet, reduced by a whole factor until a tile is at most 512 pixels wide and high.</summary>
    /// <exception cref="ArgumentException">There are no pictures, or they differ in size.</exception>
    public static RgbImage Compose(IReadOnlyList<RgbImage> images)
    {
        RgbImage first = TileReduction.CheckEqual(images, "contact sheet");
        var tiles = new TileReduction(first, LargestTile);
        int columns = (int)Math.Ceiling(Math.Sqrt(images.Count)), rows = (images.Count + columns - 1) / columns;
        var sheet = new RgbImage((columns * (tiles.Width + Gutter)) + Gutter, (rows * (tiles.Height + Gutter)) + Gutter);
        Array.Fill(sheet.Pixels, (byte)255);
        for (int i = 0; i < images.Count; i++)
        {
            tiles.Place(images[i], sheet, Gutter + (i % columns * (tiles.Width + Gutter)), Gutter + (i / columns * (tiles.Height + Gutter)));
        }

        return sheet;
    }
}
