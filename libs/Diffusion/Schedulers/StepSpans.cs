using System.Runtime.CompilerServices;

namespace Limner.Diffusion.Schedulers;

/// <summary>The checks that every scheduler makes of its caller's steps and spans.</summary>
internal static class StepSpans
{
    public static void CheckStep(int step, int count)
    {
        if ((uint)step >= (uint)count)
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, $"This plan has steps 0 to {count - 1}.");
        }
    }

    public static void CheckLength(ReadOnlySpan<float> span, int expected, [CallerArgumentExpression(nameof(span))] string name = "")
    {
        if (span.Length != expected)
        {
            throw new ArgumentException($"{name} has {span.Length} values where the sample asks for {expected}.", name);
        }
    }

    public static void Copy(ReadOnlySpan<float> sample, Span<float> scaled)
    {
        CheckLength(scaled, sample.Length);
        sample.CopyTo(scaled);
    }
}
