namespace Limner.Diffusion.Unclip;

/// <summary>Columns and rows of an image, as people write them: width first.</summary>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>How many times the short side the long one may be.</summary>
    public const int LongestShape = 3;

    /// <summary>A square.</summary>
    public static implicit operator ImageSize(int side) => FromInt32(side);

    /// <summary>A square.</summary>
    public static ImageSize FromInt32(int side) => new(side, side);

    /// <summary>The shorter side.</summary>
    public int ShortSide => Math.Min(Width, Height);

    /// <summary>The longer side.</summary>
    public int LongSide => Math.Max(Width, Height);

    /// <summary>Whether it has the shape of another, to a pixel.</summary>
    public bool HasShapeOf(ImageSize other) => Math.Abs(((long)Width * other.Height) - ((long)Height * other.Width)) < other.LongSide;

    /// <summary>E.g. <c>1792x1024</c>.</summary>
    public override string ToString() => $"{Width}x{Height}";
}
