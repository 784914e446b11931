using Limner.Diffusion.Sampling;

namespace Limner.Inference.Tests.Batching;

/// <summary>A denoiser whose output is known: the sample times its timestep, plus its embedding. It records what it was run with.</summary>
internal sealed class AnalyticDenoiser(int capacity, bool timestepPerRow) : IDenoiser
{
    private readonly float[] _samples = new float[capacity];
    private readonly float[] _embeddings = new float[capacity];
    private readonly float[] _timesteps = new float[capacity];
    private readonly float[] _outputs = new float[capacity];

    public int Capacity => capacity;

    public bool TimestepPerRow => timestepPerRow;

    public int SampleLength => 1;

    public int OutputLength => 1;

    /// <summary>Rows and first timestep of every run.</summary>
    public List<(int Rows, float Timestep)> Runs { get; } = [];

    /// <summary>The adapter of every run.</summary>
    public List<string?> Adapters { get; } = [];

    public int Conditioned { get; private set; }

    public Span<float> Sample(int row) => _samples.AsSpan(row, 1);

    public void Condition(int row, RowConditioning conditioning)
    {
        Conditioned++;
        _embeddings[row] = conditioning.Embedding.Span[0];
    }

    public void SetTimestep(int row, float timestep) => _timesteps[timestepPerRow ? row : 0] = timestep;

    public void Run(int rows, string? adapter = null)
    {
        Adapters.Add(adapter);
        Runs.Add((rows, _timesteps[0]));
        for (int row = 0; row < rows; row++)
        {
            _outputs[row] = (_samples[row] * _timesteps[timestepPerRow ? row : 0]) + _embeddings[row];
        }
    }

    public ReadOnlySpan<float> Output(int row) => _outputs.AsSpan(row, 1);
}
