using System.Numerics;

namespace Limner.Diffusion.Schedulers;

/// <summary>
/// The clean sample and the noise that a model's output implies, where the noisy sample is <c>signal · clean + noise · ε</c>
/// (arXiv 2006.11239, equation 15; arXiv 2202.00512, appendix D for v).
/// </summary>
/// <param name="type">What the output is.</param>
/// <param name="signal"><c>sqrt(ᾱ)</c></param>
/// <param name="noise"><c>sqrt(1 - ᾱ)</c></param>
/// <param name="clip">Half-width of the interval that the clean sample is clipped to; infinite for none.</param>
internal readonly struct CleanPrediction(PredictionType type, float signal, float noise, float clip) : IStepKernel
{
    /// <summary>Of a model that says the clean sample itself.</summary>
    public static CleanPrediction Known => new(PredictionType.Sample, 1, 0, float.PositiveInfinity);

    public static float ClipOf(SchedulerConfig config) => config.ClipSample && !config.Thresholding ? config.ClipSampleRange : float.PositiveInfinity;

    public Vector<float> Clean(Vector<float> sample, Vector<float> output)
    {
        Vector<float> clean = type switch
        {
            PredictionType.Epsilon => (sample - (output * noise)) / new Vector<float>(signal),
            PredictionType.Sample => output,
            _ => (sample * signal) - (output * noise),
        };
        return float.IsPositiveInfinity(clip)
            ? clean
            : Vector.Min(Vector.Max(clean, new Vector<float>(-clip)), new Vector<float>(clip));
    }

    /// <summary>The clean sample of a whole sample.</summary>
    public void Run(ReadOnlySpan<float> sample, ReadOnlySpan<float> output, Span<float> clean)
    {
        StepSpans.Copy(sample, clean);
        StepKernel.Run(this, clean, output[..sample.Length]);
    }

    Vector<float> IStepKernel.Invoke(
        Vector<float> sample, Vector<float> output, Vector<float> auxiliary, Vector<float> noise, ref Vector<float> history) => Clean(sample, output);

    /// <summary>The noise, from the clean sample before clipping.</summary>
    public Vector<float> Epsilon(Vector<float> sample, Vector<float> output) => type switch
    {
        PredictionType.Epsilon => output,
        PredictionType.Sample => (sample - (output * signal)) / new Vector<float>(noise),
        _ => (output * signal) + (sample * noise),
    };
}
