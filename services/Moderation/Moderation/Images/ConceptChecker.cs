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
    /// <param name="part">The part of a picture that it is of; null for a whole picture.</param>
    public Concept? Find(ReadOnlySpan<float> embedding, PicturePart? part = null)
    {
        // A network that gives NaN has judged nothing, and a layer's rectifier would turn minus infinity into a plain zero.
        if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes(embedding)))
        {
            throw new InvalidDataException("The image's embedding holds what is no finite number; the image encoder is broken.");
        }

        (Concept? worst, float most) = (null, 0);
        foreach (Concept concept in file.Concepts)
        {
            float excess = Score(concept, embedding, part) - concept.Threshold;
            if (!float.IsFinite(excess))
            {
                throw new InvalidDataException($"The score of {concept.Name} is {excess}; the concepts are broken.");
            }

            if (excess > most)
            {
                (worst, most) = (concept, excess);
            }
        }

        return worst;
    }

    /// <summary>The greatest product of a concept with a cell, or with what the layer makes of it, plus the concept's bias.</summary>
    public float Score(Concept concept, ReadOnlySpan<float> embedding, PicturePart? part = null)
    {
        float greatest = float.NegativeInfinity;
        int length = embedding.Length / file.Cells;
        float[] features = new float[file.Layer?.Features ?? 0];
        for (int i = 0; i < file.Cells; i++)
        {
            if (part?.Judges(i, file.Cells) == false)
            {
                continue;
            }

            ReadOnlySpan<float> cell = embedding.Slice(i * length, length);
            file.Layer?.Apply(cell, features);
            greatest = float.Max(greatest, TensorPrimitives.Dot(concept.Weights, file.Layer is null ? cell : features)); // NaN wins
        }

        return greatest + concept.Bias;
    }
}
