namespace Limner.Contracts.Edits;

/// <summary>How much is added at each side, in pixels of the picture that is extended; below 0 as much is cut off.</summary>
/// <param name="Left">At the left.</param>
/// <param name="Top">At the top.</param>
/// <param name="Right">At the right.</param>
/// <param name="Bottom">At the bottom.</param>
public sealed record Margins(int Left, int Top, int Right, int Bottom);
