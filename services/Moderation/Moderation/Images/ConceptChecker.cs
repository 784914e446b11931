using System.Numerics.Tensors;

namespace Limner.Moderation.Images;

/// <summary>
/// Compares image embeddings with concepts, in the way of Stable Diffusion's safety checker, with places: an embedding is a row of cells
/// of equal length, and a concept's score is the greatest over them, so that a small thing in a corner counts as much as a large one.
/// </summary>
internal sealed class ConceptChecker(ConceptFile file)
{
    public string Version => file.Version;

    /// <summary>The concept that is furthest over its threshold; null if none is.</summary>
    /// <param name="embedding">(cells × length)</param>
    public Concept? Find(ReadOnlySpan<float> embedding)
    {
        (Concept? worst, float most) = (null, 0);
        foreach (Concept concept in file.Concepts)
        {
            float excess = Score(concept, embedding) - concept.Threshold;
            // A network that gives NaN has judged nothing.
            if (!float.IsFinite(excess))
                throw new InvalidDataException($"The score of {concept.Name} is {excess}; the image encoder or the concepts are broken.");
            if (excess > most)
                (worst, most) = (concept, excess);
        }

        return worst;
    }

    /// <summary>The greatest product of a concept with a cell, plus its bias.</summary>
    public float Score(Concept concept, ReadOnlySpan<float> embedding)
    {
        float greatest = float.NegativeInfinity;
        int length = concept.Weights.Length;
        for (int cell = 0; cell < file.Cells; cell++)
        {
            float product = TensorPrimitives.Dot(concept.Weights, embedding.Slice(cell * length, length));
            greatest = float.Max(greatest, product); // NaN wins
        }

        return greatest + concept.Bias;
    }
}
