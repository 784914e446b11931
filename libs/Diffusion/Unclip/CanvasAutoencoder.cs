using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>The autoencoder on canvases of any shape, a square window at a time; a decoder of pixels has none and takes them as they are.</summary>
internal sealed class CanvasAutoencoder(DecoderNetworks networks, FloatBuffers buffers)
{
    private delegate void Network(ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Latents as the diffusion has them, which are overwritten, to an image (3, H, W).</summary>
    public void Decode(Canvas canvas, Span<float> latents, Span<float> image)
    {
        AutoencoderNetworks autoencoder = networks.Autoencoder!;
        foreach (ref float latent in latents)
        {
            latent /= autoencoder.ScalingFactor;
        }

        Run(autoencoder.Decode.Invoke, canvas, networks.DecoderShape, latents, autoencoder.Image, image);
    }

    /// <summary>An image to latents as the diffusion has them.</summary>
    public void Encode(Canvas canvas, ReadOnlySpan<float> image, Span<float> latents)
    {
        if (networks.Autoencoder is not { } autoencoder)
        {
            image.CopyTo(latents);
            return;
        }

        Run(autoencoder.Encode!.Invoke, canvas, autoencoder.Image, image, networks.DecoderShape, latents);
        foreach (ref float latent in latents)
        {
            latent *= autoencoder.ScalingFactor;
        }
    }

    private void Run(Network network, Canvas canvas, ImageShape from, ReadOnlySpan<float> input, ImageShape to, Span<float> output)
    {
        if (canvas.IsSquare)
        {
            network(input, output);
            return;
        }

        (float[] part, float[] made) = (buffers.Rent(from.Length), buffers.Rent(to.Length));
        output.Clear();
        foreach ((WindowPlace source, WindowPlace target) in canvas.Cover(from).Zip(canvas.Cover(to)))
        {
            source.Cut(input, part);
            network(part, made);
            target.Add(made, output);
        }

        buffers.Return(part);
        buffers.Return(made);
    }
}
