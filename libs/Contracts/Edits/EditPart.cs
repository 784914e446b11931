namespace Limner.Contracts.Edits;

/// <summary>One of the things that a picture is made of: another picture or a prompt.</summary>
/// <param name="Key">Where object storage has the picture, as it was sent; null for a prompt.</param>
/// <param name="Prompt">The prompt; null for a picture.</param>
/// <param name="Weight">Its share, at least 0; shares are divided by their sum.</param>
public sealed record EditPart(string? Key, string? Prompt, float Weight);
