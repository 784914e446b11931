using Limner.Diffusion.Noise;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Sampling;

/// <summary>How a sample left its batch.</summary>
public enum SampleEnd
{
    /// <summary>All its steps are done; <see cref="Sample.Latents"/> is the result.</summary>
    Completed,

    /// <summary>Its token was cancelled.</summary>
    Cancelled,

    /// <summary>Its deadline passed.</summary>
    Expired,

    /// <summary>All its steps are done, and the network's last output or the result holds what is no finite number.</summary>
    NotFinite,
}

/// <summary>One sample x_t on its way through a <see cref="StepBatcher"/>, with its own plan, seed, guidance and end.</summary>
/// <remarks>Make it with <see cref="Latents"/> holding x_T, or call <see cref="DrawInitialNoise"/>.</remarks>
public sealed class Sample
{
    /// <summary>The steps; samples with equal step counts may use the same plan.</summary>
    public required IScheduler Plan { get; init; }

    /// <summary>x_t in the caller's memory, denoised in place.</summary>
    public required Memory<float> Latents { get; init; }

    /// <summary>What the sample is conditioned on.</summary>
    public required RowConditioning Conditional { get; init; }

    /// <summary>Conditioning of the unguided row; null where the sample is not guided.</summary>
    public RowConditioning? Unconditional { get; init; }

    /// <summary>Guidance scale g of <c>uncond + g (cond - uncond)</c> (arXiv 2207.12598).</summary>
    public float Guidance { get; init; } = 1;

    /// <summary>The adapter that the network runs it with; null for none. A batch has samples of one.</summary>
    public string? Adapter { get; init; }

    /// <summary>Key of the sample's noise; its step is set by the loop.</summary>
    public NoiseKey Key { get; init; }

    /// <summary>The parts that the network takes at a time; none where it takes the whole sample, by the conditioning above.</summary>
    public IReadOnlyList<SampleWindow> Windows { get; init; } = [];

    /// <summary>Where the windows' predictions are joined: as long as the network's output for the whole sample would be.</summary>
    public Memory<float> Joined { get; init; }

    /// <summary>What is known of the result; null for nothing.</summary>
    public KnownSample? Known { get; init; }

    /// <summary>The multistep solver's memory, <see cref="IScheduler.HistoryLength"/> floats.</summary>
    public Memory<float> History { get; init; }

    /// <summary>The step after the last one to do here; by default all of the plan. The next batcher may go on from it.</summary>
    public int EndStep { get; set; } = int.MaxValue;

    /// <summary>The next step to do.</summary>
    public int Step { get; set; }

    /// <summary>Takes the sample out at the next step.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>When the sample is taken out unfinished.</summary>
    public DateTimeOffset Deadline { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Called after each step with the number of steps done and to do.</summary>
    public Action<int, int>? Progress { get; init; }

    /// <summary>Where the sample's next step is to leave the clean sample x̂_0 that it predicts; empty if nobody asks, and once it is there.</summary>
    public Memory<float> Clean { get; set; }

    /// <summary>Whatever the caller wants to find again when the sample ends.</summary>
    public object? Owner { get; init; }

    /// <summary>How it ended; null while it is under way.</summary>
    public SampleEnd? End { get; internal set; }

    /// <summary>
    /// Rows that it, or each of its windows, takes. At g = 1 the unconditional half cancels out, so one row gives the same sample; below 1, as above, it does not.
    /// </summary>
    public int Rows => Unconditional is null || Guidance == 1 ? 1 : 2;

    internal bool StepsDone => Step >= Math.Min(EndStep, Plan.StepCount);

    /// <summary>Whether the last step here had finite numbers. What is clamped on its way looks finite again, so the network's own output counts too.</summary>
    internal bool IsFinite { get; set; } = true;

    internal long LastRun { get; set; }

    /// <summary>How often the step was done already.</summary>
    internal int Resampled { get; set; }

    /// <summary>Begins with what is there already: <paramref name="clean"/> noised as a sample is before <paramref name="step"/>.</summary>
    /// <param name="clean">As long as the sample; may be <see cref="Latents"/> itself.</param>
    /// <param name="step">The first step to do; after the last one there is none, and the clean sample is the result.</param>
    /// <param name="noise">Where the noise comes from.</param>
    public void StartFrom(ReadOnlySpan<float> clean, int step, INoiseSource noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        // A multistep solver remembers the clean samples that it predicted: had there been steps before, they would have predicted this one.
        for (Span<float> history = History.Span; history.Length > 0; history = history[clean.Length..])
        {
            clean.CopyTo(history);
        }

        Step = step;
        float[] drawn = new float[clean.Length];
        noise.Fill(Key with { Step = NoiseKey.InitialStep }, drawn);
        Plan.Level(step).Apply(clean, drawn, Latents.Span);
    }

    /// <summary>Fills <see cref="Latents"/> with x_T: noise scaled to the plan's initial deviation.</summary>
    public void DrawInitialNoise(INoiseSource noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        Span<float> latents = Latents.Span;
        noise.Fill(Key with { Step = NoiseKey.InitialStep }, latents);
        if (Plan.InitNoiseSigma == 1)
        {
            return;
        }

        foreach (ref float value in latents)
        {
            value *= Plan.InitNoiseSigma;
        }
    }
}
