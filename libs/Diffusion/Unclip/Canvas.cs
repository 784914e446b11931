using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>
/// The base stage's canvas in cells: a square model's image has <see cref="Side"/> by <see cref="Side"/>, another shape's more along its long
/// side. Where the image embedding is a map, its cells are these.
/// </summary>
/// <param name="Rows">Rows of cells.</param>
/// <param name="Columns">Columns of cells.</param>
/// <param name="Side">Cells along a side of the square that the networks know.</param>
internal readonly record struct Canvas(int Rows, int Columns, int Side)
{
    private const int Quarters = 4;

    public bool IsSquare => (Rows, Columns) == (Side, Side);

    /// <param name="size">The image asked for; null for a square.</param>
    /// <param name="grid">Cells along a side of the image embedding; 0 where it is no map.</param>
    public static Canvas For(ImageSize? size, int grid)
    {
        int side = grid > 0 ? grid : Quarters;
        if (size is not { } asked || asked.Width == asked.Height)
        {
            return new(side, side, side);
        }

        int along = ((side * asked.LongSide) + asked.ShortSide - 1) / asked.ShortSide;
        return asked.Width > asked.Height ? new(side, along, side) : new(along, side, side);
    }

    /// <summary>What a square network's planes are on this canvas.</summary>
    public ImageShape Scale(ImageShape square) => new(square.Channels, square.Height * Rows / Side, square.Width * Columns / Side);

    /// <summary>The square windows, a cell from one to the next.</summary>
    public IReadOnlyList<WindowPlace> Cover(ImageShape square)
    {
        (int rows, int columns) = (square.Height / Side, square.Width / Side);
        return WindowPlace.Cover(Scale(square), square, (rows, columns), unit: rows == 1 ? columns : 1);
    }
}
