using Limner.Diffusion.Editing;
using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>Pictures to image embeddings, on canvases of any shape, and the prior's own scale of them.</summary>
internal sealed class PictureEmbedding(EncoderNetworks networks, Canvas canvas)
{
    private readonly float[] _mean = Spread(networks, canvas, networks.ClipMean);
    private readonly float[] _deviation = Spread(networks, canvas, networks.ClipStd);

    public Canvas Canvas => canvas;

    public int Length => networks.LengthOn(canvas);

    /// <summary>What the image encoder sees in a picture, in CLIP's own scale.</summary>
    public float[] Of(SourceImage image)
    {
        ImageShape shape = canvas.Scale(networks.ImageEncoder!.Image);
        float[] pixels = new float[shape.Length]; // (3, H, W)
        image.Cover(shape, pixels);
        return Encode(pixels);
    }

    /// <summary>What the prior is to keep of a picture whose known part stays: the cells that are known altogether, normalised.</summary>
    public KnownSample Of(KnownRegion region, ImageSize? size)
    {
        ImageShape shape = canvas.Scale(networks.ImageEncoder!.Image);
        (float[] pixels, float[] share) = new KnownPlanes(region, size ?? 1).At(shape);
        HarmonicFill.Apply(pixels, share, shape.Height, shape.Width);
        float[] clean = Encode(pixels);
        Normalise(clean);
        float[] weights = new float[networks.Grid > 0 ? clean.Length : 1]; // what is no map cannot be known in part
        if (networks.Grid > 0)
        {
            float[] known = KnownPlanes.WhollyKnown(share, shape, new(1, canvas.Rows, canvas.Columns));
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = known[i / (weights.Length / known.Length)];
            }
        }

        return new(clean, weights);
    }

    public void Normalise(Span<float> embedding)
    {
        for (int i = 0; i < embedding.Length; i++)
        {
            embedding[i] = (embedding[i] - _mean[i]) / _deviation[i];
        }
    }

    public void Denormalise(Span<float> embedding)
    {
        for (int i = 0; i < embedding.Length; i++)
        {
            embedding[i] = (embedding[i] * _deviation[i]) + _mean[i];
        }
    }

    private float[] Encode(ReadOnlySpan<float> pixels)
    {
        float[] embedding = new float[Length];
        if (canvas.IsSquare)
        {
            networks.ImageEncoder!.Encode(pixels, embedding);
        }
        else
        {
            EncodeWindows(networks.ImageEncoder!, pixels, embedding);
        }

        return FiniteNumbers.Are(embedding) ? embedding : throw RefusedRequestException.NotFinite("image encoder");
    }

    private void EncodeWindows(ImageEncoderNetwork network, ReadOnlySpan<float> pixels, float[] embedding)
    {
        (float[] part, float[] seen) = (new float[network.Image.Length], new float[networks.EmbeddingLength]);
        foreach ((WindowPlace place, WindowPlace cells) in canvas.Cover(network.Image).Zip(canvas.Cover(networks.EmbeddingShape)))
        {
            place.Cut(pixels, part);
            network.Encode(part, seen);
            cells.Add(seen, embedding);
        }
    }

    private static float[] Spread(EncoderNetworks networks, Canvas canvas, float[] square)
    {
        if (canvas.IsSquare)
        {
            return square;
        }

        float[] spread = new float[networks.LengthOn(canvas)];
        foreach (WindowPlace cells in canvas.Cover(networks.EmbeddingShape))
        {
            cells.Add(square, spread);
        }

        return spread;
    }
}
