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
        if (images.Count == 0)
        {
            throw new ArgumentException("A contact sheet needs at least one picture.", nameof(images));
        }

        RgbImage first = images[0];
        if (images.FirstOrDefault(image => (image.Width, image.Height) != (first.Width, first.Height)) is { } odd)
        {
            throw new ArgumentException(
                $"A contact sheet needs pictures of one size; here are {first.Width}x{first.Height} and {odd.Width}x{odd.Height}.", nameof(images));
        }

        int factor = (Math.Max(first.Width, first.Height) + LargestTile - 1) / LargestTile;
        int tileWidth = Math.Max(1, first.Width / factor), tileHeight = Math.Max(1, first.Height / factor);
        int columns = (int)Math.Ceiling(Math.Sqrt(images.Count)), rows = (images.Count + columns - 1) / columns;
        var sheet = new RgbImage((columns * (tileWidth + Gutter)) + Gutter, (rows * (tileHeight + Gutter)) + Gutter);
        Array.Fill(sheet.Pixels, (byte)255);
        for (int i = 0; i < images.Count; i++)
        {
            int left = Gutter + (i % columns * (tileWidth + Gutter)), top = Gutter + (i / columns * (tileHeight + Gutter));
            PlaceReduced(images[i], factor, sheet, left, top, tileWidth, tileHeight);
        }

        return sheet;
    }

    // The mean of factor × factor pixels: exact in integers, so the sheet has the same bytes on every machine.
    private static void PlaceReduced(RgbImage source, int factor, RgbImage sheet, int left, int top, int width, int height)
    {
        int count = factor * factor;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width * 3; x++)
            {
                int sum = 0, pixel = x / 3, channel = x % 3;
                for (int dy = 0; dy < factor; dy++)
                {
                    int row = ((y * factor) + dy) * source.Width;
                    for (int dx = 0; dx < factor; dx++)
                    {
                        sum += source.Pixels[((row + (pixel * factor) + dx) * 3) + channel];
                    }
                }

                sheet.Pixels[(((top + y) * sheet.Width) + left) * 3 + x] = (byte)((sum + (count / 2)) / count);
            }
        }
    }
}
