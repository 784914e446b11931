namespace Limner.Imaging;

/// <summary>Where a picture lies on the canvas on which it is gone on with: a larger or a moved one, or one as large on which the picture is smaller.</summary>
public sealed record PictureOnCanvas
{
    private PictureOnCanvas(int width, int height, int left, int top, int right, int bottom, float zoom)
    {
        (Width, Height) = (width + left + right, height + top + bottom);
        (PictureWidth, PictureHeight) = zoom == 1 ? (width, height) : (Smaller(width, zoom), Smaller(height, zoom));
        (Left, Top) = (left + ((width - PictureWidth) / 2), top + ((height - PictureHeight) / 2));
    }

    /// <summary>Columns of the canvas; may be no size at all where more is cut off than there is.</summary>
    public int Width { get; }

    /// <summary>Rows of the canvas.</summary>
    public int Height { get; }

    /// <summary>Columns that the picture takes.</summary>
    public int PictureWidth { get; }

    /// <summary>Rows that the picture takes.</summary>
    public int PictureHeight { get; }

    /// <summary>Where its first column lies; below 0 it is cut off.</summary>
    public int Left { get; }

    /// <summary>Where its first row lies; below 0 it is cut off.</summary>
    public int Top { get; }

    /// <summary>Whether anything of the picture lies on the canvas.</summary>
    public bool ShowsPicture => Left < Width && Left + PictureWidth > 0 && Top < Height && Top + PictureHeight > 0;

    /// <summary>Whether the picture leaves a part of the canvas to draw.</summary>
    public bool HasGap => Left > 0 || Top > 0 || Left + PictureWidth < Width || Top + PictureHeight < Height;

    /// <summary>Places it.</summary>
    /// <param name="width">The picture's columns.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="sides">Pixels that the canvas has beyond the picture at each side; below 0 they are cut off.</param>
    /// <param name="zoom">How many times smaller the picture is made first, in the middle of its place; 1 for not at all.</param>
    public static PictureOnCanvas Of(int width, int height, (int Left, int Top, int Right, int Bottom) sides, float zoom) =>
        new(width, height, sides.Left, sides.Top, sides.Right, sides.Bottom, zoom);

    private static int Smaller(int side, float zoom) => Math.Max(1, (int)MathF.Round(side / zoom));
}
