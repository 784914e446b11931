namespace Limner.Diffusion.Sampling;

/// <summary>
/// One diffusion network whose input and output rows are bound once. A caller fills rows 0 to k - 1, runs k rows as one batch and
/// reads their outputs. Not safe for use from several threads.
/// </summary>
public interface IDenoiser
{
    /// <summary>Rows that one run can hold.</summary>
    int Capacity { get; }

    /// <summary>False where the model takes one timestep for the whole batch (<c>timestep i64[1]</c>).</summary>
    bool TimestepPerRow { get; }

    /// <summary>Floats of a noisy sample x_t, without channels that condition it.</summary>
    int SampleLength { get; }

    /// <summary>Floats of a row's output: <see cref="SampleLength"/>, or twice that where the variance is learned.</summary>
    int OutputLength { get; }

    /// <summary>Where x_t of <paramref name="row"/> is to be written, <see cref="SampleLength"/> floats.</summary>
    Span<float> Sample(int row);

    /// <summary>Copies what the row is conditioned on; it stays until the row is conditioned anew.</summary>
    /// <exception cref="ArgumentException">A part is missing or has another length than the model's input.</exception>
    void Condition(int row, RowConditioning conditioning);

    /// <summary>Sets the row's timestep; without <see cref="TimestepPerRow"/>, that of all rows.</summary>
    void SetTimestep(int row, float timestep);

    /// <summary>Runs the first <paramref name="rows"/> rows as one batch, all of them with the adapter, if one is named.</summary>
    void Run(int rows, string? adapter = null);

    /// <summary>The row's output of the last run, <see cref="OutputLength"/> floats.</summary>
    ReadOnlySpan<float> Output(int row);
}
