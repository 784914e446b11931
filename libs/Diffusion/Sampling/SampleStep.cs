using Limner.Diffusion.Noise;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Sampling;

/// <summary>From a network's outputs to the next sample: guidance, windows joined, the scheduler's step, what is known put back.</summary>
internal sealed class SampleStep(IDenoiser denoiser, INoiseSource noise)
{
    private float[]? _guided;
    private float[] _noise = [];
    private float[] _history = [];

    /// <summary>Puts what is known into a sample that joins.</summary>
    public void Begin(Sample sample) => Hold(sample);

    /// <summary>Takes an output; true if it was the last one of the step and the sample has been advanced.</summary>
    public bool Take(Sample sample, SampleWindow? window, int row)
    {
        ReadOnlySpan<float> output = denoiser.Output(row);
        if (sample.Rows == 2)
        {
            _guided ??= new float[denoiser.OutputLength];
            Guidance.Combine(output, denoiser.Output(row + 1), sample.Guidance, denoiser.SampleLength, _guided);
            output = _guided;
        }

        if (window is not null)
        {
            if (ReferenceEquals(window, sample.Windows[0]))
            {
                sample.Joined.Span.Clear();
            }

            window.Place.Add(output, sample.Joined.Span);
            if (!ReferenceEquals(window, sample.Windows[^1]))
            {
                return false;
            }

            output = sample.Joined.Span;
        }

        Advance(sample, output);
        return true;
    }

    private void Advance(Sample sample, ReadOnlySpan<float> output)
    {
        (int step, KnownSample? known) = (sample.Step, sample.Known);
        bool goesBack = known is not null && sample.Resampled + 1 < known.Resamplings && step + 1 < sample.Plan.StepCount;
        Span<float> drawn = sample.Plan.NeedsNoise(step) ? Draw(sample, known?.StepKey(sample.Key, step, sample.Resampled) ?? sample.Key with { Step = step }) : [];
        if (!sample.Clean.IsEmpty)
        {
            sample.Plan.PredictClean(step, output, sample.Latents.Span, sample.Clean.Span);
            sample.Clean = default;
        }

        if (goesBack)
        {
            Remember(sample.History.Span);
        }

        sample.Plan.Step(step, output, drawn, sample.Latents.Span, sample.History.Span);
        sample.Step++;
        if (sample.StepsDone)
        {
            sample.IsFinite = FiniteNumbers.Are(output) && FiniteNumbers.Are(sample.Latents.Span);
        }

        if (known is null)
        {
            return;
        }

        Hold(sample);
        sample.Resampled = goesBack ? sample.Resampled + 1 : 0;
        if (!goesBack)
        {
            return;
        }

        KnownSample.GoBack(
            sample.Plan.Level(sample.Step), sample.Plan.Level(step), Draw(sample, known.ResamplingKey(sample.Key, step, sample.Resampled)), sample.Latents.Span);
        _history.AsSpan(0, sample.History.Length).CopyTo(sample.History.Span);
        sample.Step = step;
        Hold(sample);
    }

    // To a multistep solver the newest prediction is that of the step before, and not that of this step's last try.
    private void Remember(ReadOnlySpan<float> history)
    {
        if (_history.Length < history.Length)
        {
            _history = new float[history.Length];
        }

        history.CopyTo(_history);
    }

    // The noise that the sample began with, not new one at each step: a deterministic solver goes straight, and so does what is known.
    private void Hold(Sample sample)
    {
        if (sample.Known is not { } known)
        {
            return;
        }

        NoiseLevel level = sample.Plan.Level(sample.Step);
        known.Hold(level, level.Noise == 0 ? [] : Draw(sample, sample.Key with { Step = NoiseKey.InitialStep }), sample.Latents.Span);
    }

    private Span<float> Draw(Sample sample, NoiseKey key)
    {
        int length = sample.Latents.Length;
        if (_noise.Length < length)
        {
            _noise = new float[length];
        }

        noise.Fill(key, _noise.AsSpan(0, length));
        return _noise.AsSpan(0, length);
    }
}
