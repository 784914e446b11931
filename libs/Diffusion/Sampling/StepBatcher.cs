namespace Limner.Diffusion.Sampling;

/// <summary>
/// Continuous batching: a fixed number of slots, and at every step all occupied ones, each at its own timestep, go through the
/// network as one batch. Samples join at any time and leave at the step after they finish, are cancelled or expire. What a sample
/// becomes does not depend on the company it had.
/// </summary>
/// <remarks>
/// Synchronous and single-threaded: a host calls <see cref="Step"/> while there is work. A model with one timestep for the batch
/// runs the samples of one timestep at a time, first those that have waited longest, so none starves; so it is with adapters on every model.
/// Samples in windows may take more rows than the network has; then a step is several runs.
/// </remarks>
public sealed class StepBatcher
{
    private readonly IDenoiser _denoiser;
    private readonly TimeProvider _time;
    private readonly List<Sample> _samples;
    private readonly List<Sample> _batch;
    private readonly List<Sample> _ended = [];
    private readonly List<(Sample Sample, SampleWindow? Window)> _run = [];
    private readonly RowWriter _rows;
    private readonly SampleStep _step;
    private long _runs;

    /// <summary>Makes a batcher with all slots free.</summary>
    /// <param name="denoiser">The network; it belongs to this batcher alone.</param>
    /// <param name="slots">Samples at a time; each may take two rows of the network.</param>
    /// <param name="noise">Where per-step noise comes from.</param>
    /// <param name="time">The clock of deadlines.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no slot, or the network has not a row for each.</exception>
    public StepBatcher(IDenoiser denoiser, int slots, INoiseSource noise, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(denoiser);
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots, denoiser.Capacity);
        Slots = slots;
        _denoiser = denoiser;
        _time = time;
        _samples = new(slots);
        _batch = new(slots);
        _rows = new(denoiser);
        _step = new(denoiser, noise);
    }

    /// <summary>Samples that can be in the batch at a time.</summary>
    public int Slots { get; }

    /// <summary>Samples in the batch.</summary>
    public int Occupied => _samples.Count;

    /// <summary>Puts a sample into a free slot; it takes part from the next <see cref="Step"/> on.</summary>
    /// <exception cref="InvalidOperationException">No slot is free.</exception>
    /// <exception cref="ArgumentException">The sample does not fit the network.</exception>
    public void Add(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (Occupied == Slots)
        {
            throw new InvalidOperationException($"All {Slots} slots are occupied.");
        }

        if (sample.Windows.Count == 0 && sample.Latents.Length != _denoiser.SampleLength)
        {
            throw new ArgumentException($"The sample has {sample.Latents.Length} floats; the network takes {_denoiser.SampleLength}.", nameof(sample));
        }

        if (RowsOf(_samples) + sample.Rows > _denoiser.Capacity)
        {
            throw new ArgumentException($"The network's {_denoiser.Capacity} rows are taken.", nameof(sample));
        }

        sample.End = null;
        sample.LastRun = _runs;
        _samples.Add(sample);
        _step.Begin(sample);
    }

    /// <summary>Runs one step of the network for the occupied slots.</summary>
    /// <returns>The samples that left their slots; the list is reused by the next call.</returns>
    public IReadOnlyList<Sample> Step()
    {
        _ended.Clear();
        EndStopped();
        ChooseBatch();
        if (_batch.Count == 0)
        {
            return _ended;
        }

        _runs++;
        int rows = 0;
        foreach (Sample sample in _batch)
        {
            for (int i = 0; i < Math.Max(1, sample.Windows.Count); i++)
            {
                if (rows + sample.Rows > _denoiser.Capacity)
                {
                    rows = Run(rows);
                }

                SampleWindow? window = sample.Windows.Count == 0 ? null : sample.Windows[i];
                rows = _rows.Write(sample, window, rows);
                _run.Add((sample, window));
            }
        }

        Run(rows);
        _samples.RemoveAll(static sample => sample.End is not null);
        return _ended;
    }

    private int Run(int rows)
    {
        _denoiser.Run(rows, _run[0].Sample.Adapter);
        int row = 0;
        foreach ((Sample sample, SampleWindow? window) in _run)
        {
            if (_step.Take(sample, window, row))
            {
                Advance(sample);
            }

            row += sample.Rows;
        }

        _run.Clear();
        return 0;
    }

    private static int RowsOf(List<Sample> samples)
    {
        int rows = 0;
        foreach (Sample sample in samples)
        {
            rows += sample.Rows;
        }

        return rows;
    }

    private void EndStopped()
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach (Sample sample in _samples)
        {
            if (sample.StepsDone)
            {
                Leave(sample, Done(sample));
            }
            else if (sample.Cancellation.IsCancellationRequested)
            {
                Leave(sample, SampleEnd.Cancelled);
            }
            else if (now >= sample.Deadline)
            {
                Leave(sample, SampleEnd.Expired);
            }
        }

        _samples.RemoveAll(static sample => sample.End is not null);
    }

    private void ChooseBatch()
    {
        _batch.Clear();
        if (_samples.Count == 0)
        {
            return;
        }

        Sample first = _samples[0];
        foreach (Sample sample in _samples)
        {
            if (sample.LastRun < first.LastRun)
            {
                first = sample;
            }
        }

        float timestep = first.Plan.Timestep(first.Step);
        foreach (Sample sample in _samples)
        {
            if (sample.Adapter == first.Adapter && (_denoiser.TimestepPerRow || sample.Plan.Timestep(sample.Step) == timestep))
            {
                _batch.Add(sample);
            }
        }
    }

    private void Advance(Sample sample)
    {
        sample.LastRun = _runs;
        if (sample.Resampled == 0)
        {
            sample.Progress?.Invoke(sample.Step, sample.Plan.StepCount);
        }

        if (sample.StepsDone)
        {
            Leave(sample, Done(sample));
        }
    }

    private static SampleEnd Done(Sample sample) => sample.IsFinite ? SampleEnd.Completed : SampleEnd.NotFinite;

    private void Leave(Sample sample, SampleEnd end)
    {
        sample.End = end;
        _ended.Add(sample);
    }
}
