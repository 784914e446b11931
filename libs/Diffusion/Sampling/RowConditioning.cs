namespace Limner.Diffusion.Sampling;

/// <summary>
/// What one row of a network is conditioned on. The prior takes (text embedding, text states, mask), the decoder
/// (additive time embedding, text states, mask) or (image embedding), super-resolution only channels. The memory belongs to the caller and must not
/// change while a sample that refers to it is in a batch.
/// </summary>
public sealed record RowConditioning
{
    /// <summary>The pooled vector: <c>proj_embedding</c> of the prior, <c>class_labels</c> or <c>image_embeds</c> of the decoder.</summary>
    public ReadOnlyMemory<float> Embedding { get; init; }

    /// <summary><c>encoder_hidden_states</c>, (S, E).</summary>
    public ReadOnlyMemory<float> TextStates { get; init; }

    /// <summary><c>attention_mask</c>, (S): true where a text state counts.</summary>
    public ReadOnlyMemory<bool> TextMask { get; init; }

    /// <summary>Channels that follow x_t in <c>sample</c>, (C, H, W): the upscaled image of super-resolution, or what a decoder is told of the known.</summary>
    public ReadOnlyMemory<float> Channels { get; init; }
}
