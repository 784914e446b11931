using Limner.Contracts.Edits;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Sources;

/// <summary>What is to be made of pictures, as it was asked for.</summary>
internal sealed record GivenEdit(EditOperation Operation, IReadOnlyList<GivenPart> Parts)
{
    public GivenPicture? Mask { get; init; }

    public float? Strength { get; init; }

    public EditStyle? Style { get; init; }

    public Margins? Margins { get; init; }

    public float? Zoom { get; init; }

    /// <summary>The size that was asked for; null for what follows from the picture.</summary>
    public ImageSize? Size { get; init; }
}

/// <summary>A picture, or a prompt in the place of one.</summary>
internal sealed record GivenPart(GivenPicture? Picture, string? Prompt = null, float Weight = 1);
