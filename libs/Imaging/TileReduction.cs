namespace Limner.Imaging;

/// <summary>Pictures of one size as smaller tiles of a larger picture.</summary>
internal sealed class TileReduction
{
    private readonly int _factor;

    /// <param name="picture">One of the pictures.</param>
    /// <param name="largest">Pixels of a tile's side at most.</param>
    public TileReduction(RgbImage picture, int largest)
    {
        _factor = (Math.Max(picture.Width, picture.Height) + largest - 1) / largest;
        (Width, Height) = (Math.Max(1, picture.Width / _factor), Math.Max(1, picture.Height / _factor));
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The first picture, if there is one and all have its size.</summary>
    public static RgbImage CheckEqual(IReadOnlyList<RgbImage> images, string what)
    {
        if (images.Count == 0)
        {
            throw new ArgumentException($"A {what} needs at least one picture.", nameof(images));
        }

        RgbImage first = images[0];
        return images.FirstOrDefault(image => (image.Width, image.Height) != (first.Width, first.Height)) is { } odd
            ? throw new ArgumentException(
                $"A {what} needs pictures of one size; here are {first.Width}x{first.Height} and {odd.Width}x{odd.Height}.", nameof(images))
            : first;
    }

    // The mean of factor × factor pixels: exact in integers, so the sheet has the same bytes on every machine.
    public void Place(RgbImage source, RgbImage sheet, int left, int top)
    {
        int count = _factor * _factor;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width * 3; x++)
            {
                int sum = 0, pixel = x / 3, channel = x % 3;
                for (int dy = 0; dy < _factor; dy++)
                {
                    int row = ((y * _factor) + dy) * source.Width;
                    for (int dx = 0; dx < _factor; dx++)
                    {
                        sum += source.Pixels[((row + (pixel * _factor) + dx) * 3) + channel];
                    }
                }

                sheet.Pixels[((((top + y) * sheet.Width) + left) * 3) + x] = (byte)((sum + (count / 2)) / count);
            }
        }
    }
}
