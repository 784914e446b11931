namespace Limner.Diffusion.Unclip;

/// <summary>Somebody who would like to see small pictures before the large one is done. They are made while they cost little, and only while they are wanted.</summary>
/// <param name="Size">Rows and columns at most; a smaller base image stays as it is.</param>
/// <param name="Every">Steps of the decoder from one picture to the next, at least.</param>
/// <param name="IsWanted">Asked before each, on the engine's thread.</param>
/// <param name="Show">Called on the engine's thread; the picture's memory is reused when it returns.</param>
public sealed record Preview(int Size, int Every, Func<bool> IsWanted, Action<Picture> Show);
