namespace Limner.Diffusion.Unclip;

/// <summary>Somebody who would like to see a small picture before the large one is done.</summary>
/// <param name="Size">Rows and columns at most; a smaller base image stays as it is.</param>
/// <param name="Show">Called on the engine's thread; the picture's memory is reused when it returns.</param>
public sealed record Preview(int Size, Action<Picture> Show);
