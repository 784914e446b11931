namespace Limner.Contracts.Edits;

/// <summary>What is to be made of given pictures.</summary>
public sealed record EditRequest
{
    /// <summary>What is made of them.</summary>
    public required EditOperation Operation { get; init; }

    /// <summary>What it is made of: one picture, or several pictures and prompts for a blend; for a reroll what its image was made of, which may be nothing.</summary>
    public required IReadOnlyList<EditPart> Parts { get; init; }

    /// <summary>Where object storage has the mask; null for none.</summary>
    public string? MaskKey { get; init; }

    /// <summary>How much is drawn anew, from 0 to 1; null for the operation's own.</summary>
    public float? Strength { get; init; }

    /// <summary>What the parts together are moved by; null for nothing.</summary>
    public EditStyle? Style { get; init; }

    /// <summary>What is added around; null for nothing.</summary>
    public Margins? Margins { get; init; }

    /// <summary>How many times smaller the picture is made before it is extended, in the middle of as large a canvas; null for not at all.</summary>
    public float? Zoom { get; init; }

    /// <summary>What a reroll keeps; null for all others.</summary>
    public Composition? Composition { get; init; }
}
