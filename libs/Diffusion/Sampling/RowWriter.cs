namespace Limner.Diffusion.Sampling;

/// <summary>Writes samples, or their windows, into a network's rows.</summary>
internal sealed class RowWriter(IDenoiser denoiser)
{
    private readonly RowConditioning?[] _conditioned = new RowConditioning?[denoiser.Capacity];
    private float[]? _part;
    private float[]? _channels;

    /// <summary>Returns the next free row.</summary>
    public int Write(Sample sample, SampleWindow? window, int row)
    {
        (RowConditioning conditional, RowConditioning? unconditional) = window is null ? (sample.Conditional, sample.Unconditional) : (window.Conditional, window.Unconditional);
        if (sample.Rows == 2)
        {
            Write(sample, window, unconditional!, row++); // [uncond, cond]
        }

        Write(sample, window, conditional, row);
        return row + 1;
    }

    private void Write(Sample sample, SampleWindow? window, RowConditioning conditioning, int row)
    {
        // Rows move when a sample leaves; conditioning is large and is copied only then. Channels of a window are cut for each run.
        bool cut = window is not null && !conditioning.Channels.IsEmpty;
        if (cut || !ReferenceEquals(_conditioned[row], conditioning))
        {
            _conditioned[row] = null;
            denoiser.Condition(row, cut ? Cut(window!, conditioning, sample.Latents.Length) : conditioning);
            _conditioned[row] = cut ? null : conditioning;
        }

        var latents = (ReadOnlySpan<float>)sample.Latents.Span;
        if (window is not null)
        {
            window.Place.Cut(latents, _part ??= new float[denoiser.SampleLength]);
            latents = _part;
        }

        sample.Plan.ScaleModelInput(sample.Step, latents, denoiser.Sample(row));
        denoiser.SetTimestep(row, sample.Plan.Timestep(sample.Step));
    }

    private RowConditioning Cut(SampleWindow window, RowConditioning conditioning, int whole)
    {
        _channels ??= new float[(int)((long)conditioning.Channels.Length * denoiser.SampleLength / whole)];
        window.Place.Cut(conditioning.Channels.Span, _channels);
        return conditioning with { Channels = _channels };
    }
}
