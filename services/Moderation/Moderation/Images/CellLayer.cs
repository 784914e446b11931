using System.Numerics.Tensors;

namespace Limner.Moderation.Images;

/// <summary>One hidden layer over every cell, for what no single direction tells apart: features = max(0, weights · cell + bias).</summary>
/// <param name="Weights">(features, length of a cell)</param>
/// <param name="Bias">(features)</param>
internal sealed record CellLayer(float[][] Weights, float[] Bias)
{
    public int Features => Bias.Length;

    public void Apply(ReadOnlySpan<float> cell, Span<float> features)
    {
        for (int i = 0; i < features.Length; i++)
        {
            features[i] = float.Max(0, TensorPrimitives.Dot(Weights[i], cell) + Bias[i]); // NaN wins
        }
    }

    public IEnumerable<string> Problems(int cellLength)
    {
        if (Bias.Length == 0 || Weights.Length != Bias.Length)
        {
            yield return $"layer has {Weights.Length} rows of weights and {Bias.Length} biases; expected as many of each, and at least one.";
        }

        if (Weights.Any(row => row.Length != cellLength))
        {
            yield return $"layer has a row of weights that is not {cellLength} long, the length of a cell.";
        }

        if (!Weights.All(row => row.All(float.IsFinite)) || !Bias.All(float.IsFinite))
        {
            yield return "layer has a number that is not finite.";
        }
    }
}
