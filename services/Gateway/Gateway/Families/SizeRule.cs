namespace Limner.Gateway.Families;

/// <summary>Which sizes a family has.</summary>
/// <param name="Description">The same in words, for whoever asked for another.</param>
/// <param name="TakesAuto">Whether <c>auto</c> is one.</param>
/// <param name="Takes">Whether width and height are one.</param>
internal sealed record SizeRule(string Description, bool TakesAuto, Func<int, int, bool> Takes)
{
    public static SizeRule Of(bool auto, params (int Width, int Height)[] sizes) =>
        new(string.Join(", ", sizes.Select(size => $"{size.Width}x{size.Height}")) + (auto ? " and auto" : ""), auto, (width, height) => sizes.Contains((width, height)));
}
