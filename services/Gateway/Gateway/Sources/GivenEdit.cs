using Limner.Contracts.Edits;

namespace Limner.Gateway.Sources;

/// <summary>What is to be made of pictures, as it was asked for.</summary>
internal sealed record GivenEdit(EditOperation Operation, IReadOnlyList<GivenPart> Parts)
{
    public GivenPicture? Mask { get; init; }

    public float? Strength { get; init; }

    public Margins? Margins { get; init; }
}

/// <summary>A picture, or a prompt in the place of one.</summary>
internal sealed record GivenPart(GivenPicture? Picture, string? Prompt = null, float Weight = 1);
