using System.Globalization;
using System.Text.RegularExpressions;

namespace Limner.Gateway.Submissions;

/// <summary>Columns and rows, written <c>1024x1024</c>.</summary>
internal readonly partial record struct ImageSize(int Width, int Height)
{
    public long Pixels => (long)Width * Height;

    public int ShortSide => Math.Min(Width, Height);

    public int LongSide => Math.Max(Width, Height);

    public static ImageSize Square(int side) => new(side, side);

    /// <returns>Null if the text is no size.</returns>
    public static ImageSize? Parse(string text) =>
        Form().Match(text) is { Success: true } form ? new ImageSize(Number(form.Groups[1]), Number(form.Groups[2])) : null;

    /// <summary>Whether it has the shape of another, to a pixel.</summary>
    public bool HasShapeOf(ImageSize other) => Math.Abs(((long)Width * other.Height) - ((long)Height * other.Width)) < other.LongSide;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("^([1-9][0-9]{1,4})x([1-9][0-9]{1,4})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
