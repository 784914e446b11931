namespace Limner.Diffusion.Unclip;

/// <summary>The CLIP image encoder: pixels (3, H, W) in [-1, 1] to an image embedding (D), in CLIP's own scale.</summary>
public delegate void ImageEncoding(ReadOnlySpan<float> pixels, Span<float> embedding);

/// <summary>The image encoder beside a prior: what pictures are begun from goes through it.</summary>
/// <param name="Encode">The network.</param>
/// <param name="Image">Shape of the pictures it takes.</param>
public sealed record ImageEncoderNetwork(ImageEncoding Encode, ImageShape Image);
