namespace Limner.Diffusion.Editing;

/// <summary>Spherical interpolation of embeddings (unCLIP, section 3.2): CLIP means directions, and a straight mean of two is shorter than either.</summary>
public static class EmbeddingBlend
{
    // Below it the angle's sine is lost in float32, and the straight line is the same.
    private const double SmallestSine = 1e-4;

    /// <summary>Mixes any number one after the other, each by its share of what has been mixed so far.</summary>
    /// <param name="embeddings">(D) each, at least one.</param>
    /// <param name="weights">One each, at least 0, not all 0.</param>
    public static float[] Mix(IReadOnlyList<float[]> embeddings, IReadOnlyList<float> weights)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentNullException.ThrowIfNull(weights);
        (float[] mixed, double sum) = ((float[])embeddings[0].Clone(), (double)weights[0]);
        for (int i = 1; i < embeddings.Count; i++)
        {
            if (weights[i] == 0)
            {
                continue;
            }

            sum += weights[i];
            mixed = Between(mixed, embeddings[i], weights[i] / sum);
        }

        return mixed;
    }

    /// <summary>An embedding moved by the difference of two others, in a straight line: a map of cells changes only where the two differ.</summary>
    /// <param name="embedding">(D), in CLIP's own scale as the others.</param>
    /// <param name="towards">(D)</param>
    /// <param name="from">(D)</param>
    /// <param name="weight">How much of the difference.</param>
    public static float[] Moved(ReadOnlySpan<float> embedding, ReadOnlySpan<float> towards, ReadOnlySpan<float> from, float weight)
    {
        float[] moved = new float[embedding.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            moved[i] = embedding[i] + (weight * (towards[i] - from[i]));
        }

        return moved;
    }

    /// <summary>The point at <paramref name="share"/> of the arc from one to the other; the length goes straight from the one's to the other's.</summary>
    /// <param name="from">(D)</param>
    /// <param name="to">(D)</param>
    /// <param name="share">0 gives <paramref name="from"/>, 1 <paramref name="to"/>, to the bit.</param>
    public static float[] Between(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double share)
    {
        if (share is <= 0 or >= 1)
        {
            return (share <= 0 ? from : to).ToArray();
        }

        (double fromLength, double toLength) = (Length(from), Length(to));
        double cosine = Math.Clamp(Dot(from, to) / (fromLength * toLength), -1, 1);
        (double angle, double sine) = (Math.Acos(cosine), Math.Sqrt(1 - (cosine * cosine)));
        double length = fromLength + (share * (toLength - fromLength));
        (double first, double second) = sine > SmallestSine
            ? (Math.Sin((1 - share) * angle) / sine * length / fromLength, Math.Sin(share * angle) / sine * length / toLength)
            : (1 - share, share);
        float[] mixed = new float[from.Length];
        for (int i = 0; i < mixed.Length; i++)
        {
            mixed[i] = (float)((first * from[i]) + (second * to[i]));
        }

        return mixed;
    }

    private static double Length(ReadOnlySpan<float> a) => Math.Max(Math.Sqrt(Dot(a, a)), double.Epsilon);

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0.0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }
}
