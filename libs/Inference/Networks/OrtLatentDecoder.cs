using Limner.Diffusion.Unclip;
using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Networks;

/// <summary>The autoencoder's decoder, one image at a time.</summary>
internal sealed class OrtLatentDecoder : IDisposable
{
    private readonly RowBuffer<float> _latents;
    private readonly RowBuffer<float> _image;
    private readonly BoundNetwork _network;

    public OrtLatentDecoder(InferenceSession session, bool copiesInputs, ImageShape latents, ImageShape image)
    {
        _latents = new("latents", 1, [latents.Channels, latents.Height, latents.Width]);
        _image = new("image", 1, [image.Channels, image.Height, image.Width]);
        _network = new(session, copiesInputs, 1, [_latents], [_image]);
    }

    public void Decode(ReadOnlySpan<float> latents, Span<float> image)
    {
        latents.CopyTo(_latents.Row(0));
        _network.Run(1);
        _image.Row(0).CopyTo(image);
    }

    public void Dispose() => _network.Dispose();
}
