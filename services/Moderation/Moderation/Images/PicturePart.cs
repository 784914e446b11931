namespace Limner.Moderation.Images;

/// <summary>A part of a picture that the image encoder looks at: it knows squares, and what is stretched to one looks like something else.</summary>
/// <param name="Left">Its first column.</param>
/// <param name="Top">Its first row.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Height">Its rows.</param>
/// <param name="OpensAt">Whether the picture goes on before it and after it, along its long side: there things are cut.</param>
internal readonly record struct PicturePart(int Left, int Top, int Width, int Height, (bool Start, bool End) OpensAt = default)
{
    /// <summary>A picture that is longer than that is looked at in longer parts, or a line of pixels would be a day's work.</summary>
    private const int Most = 7;

    private bool IsAcross { get; init; }

    /// <summary>Squares of the short side that overlap by half or more, so that what is cut by one lies whole in the next; a square picture is one.</summary>
    public static IReadOnlyList<PicturePart> Of(int width, int height)
    {
        (int across, int along) = (Math.Min(width, height), Math.Max(width, height));
        int count = (int)Math.Min(Most, (((2L * along) + across - 1) / across) - 1);
        int length = Math.Max(across, (int)(((2L * along) + count) / (count + 1)));
        return [.. Enumerable.Range(0, count).Select(part =>
        {
            int start = count == 1 ? 0 : (int)((long)(along - length) * part / (count - 1));
            (bool, bool) opens = (part > 0, part < count - 1);
            return width > height ? new PicturePart(start, 0, length, height, opens) { IsAcross = true } : new PicturePart(0, start, width, length, opens);
        })];
    }

    /// <summary>Whether a cell is judged in this part: one where things are cut looks like others, and is an inner one of the next part.</summary>
    /// <param name="cell">The cell, row by row.</param>
    /// <param name="cells">How many there are: a square number where they are places, or 1.</param>
    public bool Judges(int cell, int cells)
    {
        int side = (int)Math.Sqrt(cells);
        if (side < 4 || side * side != cells)
        {
            return true;
        }

        int along = IsAcross ? cell % side : cell / side;
        return !(OpensAt.Start && along == 0) && !(OpensAt.End && along == side - 1);
    }
}
