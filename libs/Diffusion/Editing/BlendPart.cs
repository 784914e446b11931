namespace Limner.Diffusion.Editing;

/// <summary>One of the things that an image embedding is mixed of: a picture or a prompt.</summary>
public sealed record BlendPart
{
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
