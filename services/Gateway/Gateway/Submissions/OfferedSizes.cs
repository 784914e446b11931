namespace Limner.Gateway.Submissions;

/// <summary>The sizes that can be asked for: the model's squares, and around them every width and height in whole steps.</summary>
/// <param name="Sides">Sides of squares, in pixels.</param>
internal sealed record OfferedSizes(IReadOnlyList<int> Sides)
{
    /// <summary>How many times the short side the long one may be.</summary>
    public const int LongestShape = 3;

    private const int Step = 64, UsualSide = 1024, UsualLeast = 256, MostOfAll = 2048;

    /// <summary>What is drawn where nobody says a size.</summary>
    public ImageSize Usual => ImageSize.Square(Sides.Contains(UsualSide) ? UsualSide : Sides.Max());

    /// <summary>The shortest side; a small model's own squares may be smaller than others' smallest.</summary>
    public int Least => Math.Min(UsualLeast, Sides.Min());

    /// <summary>The longest side: a model's last super-resolution does its work once more, in tiles.</summary>
    public int Most => Math.Min(MostOfAll, 2 * Sides.Max());

    /// <summary>What <see cref="Contains"/> says, in words.</summary>
    public string Description
    {
        get
        {
            string[] odd = [.. Sides.Where(side => side % Step > 0).Select(side => $"{side}x{side}, ")];
            return $"{string.Concat(odd)}WIDTHxHEIGHT, each {Least} to {Most} in steps of {Step}, the longer at most {LongestShape} times the shorter";
        }
    }

    public bool Contains(ImageSize size) =>
        (size.Width == size.Height && Sides.Contains(size.Width)) || (size.Width % Step == 0 && size.Height % Step == 0 && size.ShortSide >= Least && CanBeDrawn(size));

    /// <summary>Whether a picture of this size can be gone on with at its own size, which need not be in steps.</summary>
    public bool CanBeDrawn(ImageSize size) => size.LongSide <= Most && HasShape(size);

    /// <summary>Whether the long side is not too long for the short one.</summary>
    public static bool HasShape(ImageSize size) => size.LongSide <= LongestShape * size.ShortSide;
}
