using Limner.Diffusion.Unclip;
using Limner.Inference.Networks;
using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference;

/// <summary>The CLIP image encoder, one image at a time. Not safe for use from several threads.</summary>
public sealed class ImageEncoder : IDisposable
{
    private readonly RowBuffer<float> _pixels;
    private readonly RowBuffer<float> _embedding;
    private readonly BoundNetwork _network;

    internal ImageEncoder(InferenceSession session, bool copiesInputs, ImageShape image, int embeddingLength)
    {
        Image = image;
        _pixels = new("pixel_values", 1, [image.Channels, image.Height, image.Width]);
        _embedding = new("image_embeds", 1, [embeddingLength]);
        _network = new(session, copiesInputs, 1, [_pixels], [_embedding]);
    }

    /// <summary>Shape of the images it takes.</summary>
    public ImageShape Image { get; }

    /// <summary>D: floats of an embedding.</summary>
    public int EmbeddingLength => _embedding.RowLength;

    /// <summary>Encodes one image.</summary>
    /// <param name="pixels">(3, H, W) in [-1, 1]</param>
    /// <param name="embedding">(D), in CLIP's own scale, not normalised</param>
    /// <exception cref="ArgumentException">The image has another size than the model takes.</exception>
    public void Encode(ReadOnlySpan<float> pixels, Span<float> embedding)
    {
        if (pixels.Length != _pixels.RowLength)
        {
            throw new ArgumentException($"The image has {pixels.Length} values; the image encoder takes 3x{Image.Height}x{Image.Width}.", nameof(pixels));
        }

        pixels.CopyTo(_pixels.Row(0));
        _network.Run(1);
        _embedding.Row(0).CopyTo(embedding);
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
