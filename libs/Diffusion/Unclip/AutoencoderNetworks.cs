namespace Limner.Diffusion.Unclip;

/// <summary>The autoencoder's decoder: unscaled latents (C, h, w) to an image (3, H, W) in [-1, 1].</summary>
public delegate void LatentDecoder(ReadOnlySpan<float> latents, Span<float> image);

/// <summary>The autoencoder's encoder: an image (3, H, W) in [-1, 1] to unscaled latents (C, h, w).</summary>
public delegate void LatentEncoder(ReadOnlySpan<float> image, Span<float> latents);

/// <summary>The autoencoder of a latent decoder.</summary>
/// <param name="Decode">The network.</param>
/// <param name="ScalingFactor">The diffusion works on latents times this (diffusers' <c>scaling_factor</c>).</param>
/// <param name="Image">Shape of the image it makes.</param>
public sealed record AutoencoderNetworks(LatentDecoder Decode, float ScalingFactor, ImageShape Image)
{
    /// <summary>Images to latents; null where the model has no such network.</summary>
    public LatentEncoder? Encode { get; init; }
}
