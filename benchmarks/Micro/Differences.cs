using System.Numerics.Tensors;

namespace Limner.Micro;

/// <summary>How far two results of the same work are apart.</summary>
internal static class Differences
{
    public static float Largest(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        float[] difference = new float[one.Length];
        TensorPrimitives.Subtract(one, other, difference);
        return MathF.Abs(TensorPrimitives.MaxMagnitude<float>(difference));
    }
}
