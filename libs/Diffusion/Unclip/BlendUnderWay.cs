using Limner.Diffusion.Editing;
using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>What one candidate's embedding is mixed of: the pictures' embeddings at once, the prompts' as the prior makes them, those of a style after the parts'.</summary>
internal sealed class BlendUnderWay
{
    private readonly EncodeRequest _request;
    private readonly IReadOnlyList<TextEncoding?> _texts;
    private readonly PictureEmbedding _embedding;
    private readonly float[][] _parts; // (D) each; the prompts' are normalised while the prior works on them

    /// <param name="request">What was asked.</param>
    /// <param name="texts">The prompts of the parts, null for a picture, and the two of a style.</param>
    /// <param name="pictures">What the image encoder sees in the parts that are pictures, for all candidates alike: it is only read.</param>
    /// <param name="embedding">The prior's scale.</param>
    public BlendUnderWay(EncodeRequest request, IReadOnlyList<TextEncoding?> texts, IReadOnlyList<float[]?> pictures, PictureEmbedding embedding)
    {
        (_request, _texts, _embedding) = (request, texts, embedding);
        _parts = [.. texts.Select((text, i) => text is null ? pictures[i]! : new float[embedding.Length])];
        Missing = texts.Count(text => text is not null);
    }

    /// <summary>Parts that the prior has not made yet.</summary>
    public int Missing { get; set; }

    public IEnumerable<Sample> Begin(Func<float[], TextEncoding, Sample> begin) =>
        [.. _texts.Index().Where(text => text.Item is not null).Select(text => begin(_parts[text.Index], text.Item!))];

    /// <summary>All of them together, in CLIP's own scale, (D).</summary>
    public float[] Mix()
    {
        foreach ((int index, TextEncoding? text) in _texts.Index())
        {
            if (text is not null)
            {
                _embedding.Denormalise(_parts[index]);
            }
        }

        float[] mixed = EmbeddingBlend.Mix(_parts[.._request.Parts.Count], [.. _request.Parts.Select(part => part.Weight)]);
        return _request.Style is { } style ? EmbeddingBlend.Moved(mixed, _parts[^2], _parts[^1], style.Weight) : mixed;
    }
}
