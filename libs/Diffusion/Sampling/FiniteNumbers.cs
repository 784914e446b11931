using System.Numerics.Tensors;

namespace Limner.Diffusion.Sampling;

/// <summary>Tells numbers from what a network gives that overflows.</summary>
internal static class FiniteNumbers
{
    /// <summary>Whether there is neither NaN nor infinity among the values, in one pass of their sum. A sum that overflows by itself is of values that no network means.</summary>
    public static bool Are(ReadOnlySpan<float> values) => float.IsFinite(TensorPrimitives.SumOfMagnitudes(values));
}
