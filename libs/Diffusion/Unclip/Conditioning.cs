namespace Limner.Diffusion.Unclip;

/// <summary>
/// What the encoder half hands to the decoder half for one candidate: plain arrays, so that a cache or another machine can lie
/// between the two. Candidates of one prompt refer to the same text.
/// </summary>
public sealed record Conditioning
{
    /// <summary>Of no prompt: all that a picture needs that is only enlarged.</summary>
    public static Conditioning None { get; } = new() { ImageEmbedding = [], Prompt = new([], [], []) };

    /// <summary>The image embedding z_i sampled by the prior, in CLIP's own scale, (D); where it is a map of cells and the image no square, all of its cells, row by row.</summary>
    public required float[] ImageEmbedding { get; init; }

    /// <summary>The prompt.</summary>
    public required TextEncoding Prompt { get; init; }

    /// <summary>The negative prompt, or the empty one; null where nothing is guided.</summary>
    public TextEncoding? Unconditional { get; init; }
}
