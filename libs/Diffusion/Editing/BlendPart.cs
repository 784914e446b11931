namespace Limner.Diffusion.Editing;

/// <summary>One of the things that an image embedding is mixed of: a picture or a prompt.</summary>
public sealed record BlendPart
{
    /// <summary>
    /// What the shorter side of a picture has to keep: image encoders look at 64 to 336 pixels of it. Everyone who decodes a part makes it smaller down to this, by the same means, so that
    /// requests wait with megabytes instead of a photo's pixels and the same picture gives the same bytes wherever it is drawn.
    /// </summary>
    public const int ShorterSide = 512;

    private BlendPart(SourceImage? image, string? prompt, float weight) => (Image, Prompt, Weight) = (image, prompt, weight);

    /// <summary>What the image encoder sees in a picture.</summary>
    public static BlendPart Of(SourceImage image, float weight = 1) => new(image, null, weight);

    /// <summary>What the prior makes of a prompt, each candidate with noise of its own.</summary>
    public static BlendPart Of(string prompt, float weight = 1) => new(null, prompt, weight);

    /// <summary>The picture; null where there is a prompt.</summary>
    public SourceImage? Image { get; }

    /// <summary>The prompt; null where there is a picture.</summary>
    public string? Prompt { get; }

    /// <summary>Its share, at least 0; shares are divided by their sum.</summary>
    public float Weight { get; }
}
