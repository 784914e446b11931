using Limner.Diffusion.Schedulers;

namespace Limner.Inference.Tests.Batching;

/// <summary>A plan of timesteps <c>first, first - 1, …</c> whose step replaces the sample by the model's output.</summary>
internal sealed class CountdownPlan(int first, int steps) : IScheduler
{
    public int StepCount => steps;

    public float InitNoiseSigma => 1;

    public float Timestep(int step) => first - step;

    public NoiseLevel Level(int step) => step == steps ? NoiseLevel.Clean : new(1, step);

    public bool NeedsNoise(int step) => false;

    public int HistoryLength(int sampleLength) => 0;

    public void ScaleModelInput(int step, ReadOnlySpan<float> sample, Span<float> scaled) => sample.CopyTo(scaled);

    public void Step(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> noise, Span<float> sample, Span<float> history) =>
        modelOutput.CopyTo(sample);

    public void PredictClean(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, Span<float> clean) => modelOutput.CopyTo(clean);
}
