namespace Limner.Diffusion.Schedulers;

/// <summary>
/// The immutable plan of one sampling run: a scheduler configuration with a fixed number of steps. Every sample with the same
/// step count uses the same plan, from any thread; what differs between samples (the sample itself, a multistep solver's
/// earlier predictions) lies in the caller's memory.
/// </summary>
public interface IScheduler
{
    /// <summary>Number of model calls; steps are 0 to <c>StepCount - 1</c>, in the order of sampling.</summary>
    int StepCount { get; }

    /// <summary>Standard deviation of the initial sample: multiply unit Gaussian noise by it before step 0.</summary>
    float InitNoiseSigma { get; }

    /// <summary>The timestep that the model is told at <paramref name="step"/>; fractional for Euler.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is not one of the plan's steps.</exception>
    float Timestep(int step);

    /// <summary>How much signal and noise the sample holds before <paramref name="step"/>; after the last one, at <see cref="StepCount"/>, all signal.</summary>
    NoiseLevel Level(int step);

    /// <summary>Whether <see cref="Step"/> reads its noise at <paramref name="step"/>; if not, noise may be empty.</summary>
    bool NeedsNoise(int step);

    /// <summary>
    /// Floats of history that a sample of <paramref name="sampleLength"/> floats needs from its first step to its last.
    /// Its content before step 0 is never read.
    /// </summary>
    int HistoryLength(int sampleLength);

    /// <summary>Writes what the model is fed at <paramref name="step"/>; a plain copy except for Euler.</summary>
    void ScaleModelInput(int step, ReadOnlySpan<float> sample, Span<float> scaled);

    /// <summary>Turns the sample at <paramref name="step"/> into the sample at the next step, in place.</summary>
    /// <param name="step">The plan's step, called in order for each sample.</param>
    /// <param name="modelOutput">As long as the sample; twice as long when the variance is learned (prediction, then variance).</param>
    /// <param name="noise">Unit Gaussian noise, as long as the sample, where <see cref="NeedsNoise"/>.</param>
    /// <param name="sample">The sample, C order; overwritten.</param>
    /// <param name="history">The sample's own <see cref="HistoryLength"/> floats.</param>
    /// <exception cref="ArgumentException">A span has the wrong length for the sample.</exception>
    void Step(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> noise, Span<float> sample, Span<float> history);

    /// <summary>Writes the clean sample x̂_0 that the model's output at <paramref name="step"/> implies; it changes nothing else.</summary>
    /// <param name="step">The plan's step.</param>
    /// <param name="modelOutput">As in <see cref="Step"/>.</param>
    /// <param name="sample">The sample before the step.</param>
    /// <param name="clean">As long as the sample.</param>
    void PredictClean(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, Span<float> clean);
}
