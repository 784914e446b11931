using System.Numerics;
using Limner.Diffusion.Unclip;

namespace Limner.Diffusion.Sampling;

/// <summary>Classifier-free guidance, arXiv 2207.12598.</summary>
internal static class Guidance
{
    /// <exception cref="RefusedRequestException">The scale is negative or not a number.</exception>
    public static void Check(float scale, string name)
    {
        if (!(scale >= 0 && float.IsFinite(scale)))
        {
            throw new RefusedRequestException(RequestProblem.Guidance, $"The {name} is {scale}; expected a number of at least 0, 1 for none.");
        }
    }

    /// <summary>
    /// Writes <c>uncond + g (cond - uncond)</c> for the prediction, then the conditional half's variance where one is learned
    /// (Karlo takes it unguided).
    /// </summary>
    public static void Combine(
        ReadOnlySpan<float> unconditional, ReadOnlySpan<float> conditional, float scale, int predictionLength, Span<float> guided)
    {
        var g = new Vector<float>(scale);
        int i = 0;
        for (; i <= predictionLength - Vector<float>.Count; i += Vector<float>.Count)
        {
            var uncond = new Vector<float>(unconditional[i..]);
            (uncond + (g * (new Vector<float>(conditional[i..]) - uncond))).CopyTo(guided[i..]);
        }

        for (; i < predictionLength; i++)
        {
            guided[i] = unconditional[i] + (scale * (conditional[i] - unconditional[i]));
        }

        conditional[predictionLength..].CopyTo(guided[predictionLength..]);
    }
}
