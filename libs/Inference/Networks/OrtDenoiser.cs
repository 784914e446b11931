using Limner.Diffusion.Sampling;
using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Networks;

/// <summary>Names and sizes of a diffusion network's tensors; lengths are floats of a row.</summary>
internal sealed record DenoiserLayout
{
    public required string SampleInput { get; init; }

    public required string Output { get; init; }

    /// <summary>Dimensions of the sample input after the batch, channels that condition it included.</summary>
    public required int[] SampleShape { get; init; }

    public required int[] OutputShape { get; init; }

    /// <summary>Floats of x_t itself.</summary>
    public required int SampleLength { get; init; }

    /// <summary>Floats of the output that count; a variance that the scheduler does not learn lies behind them.</summary>
    public required int OutputLength { get; init; }

    public required bool TimestepPerRow { get; init; }

    public string? EmbeddingInput { get; init; }

    public int EmbeddingLength { get; init; }

    /// <summary>Text states and their length; none for super-resolution and for decoders that know the image embedding alone.</summary>
    public (int Count, int Length) States { get; init; }
}

/// <summary>A diffusion network in ONNX Runtime: the prior, the decoder's UNet or a super-resolution UNet.</summary>
internal sealed class OrtDenoiser : IDenoiser, IDisposable
{
    private readonly BoundNetwork _network;
    private readonly RowBuffer<float> _sample;
    private readonly RowBuffer<long> _timestep;
    private readonly RowBuffer<float>? _embedding;
    private readonly RowBuffer<float>? _states;
    private readonly RowBuffer<bool>? _mask;
    private readonly RowBuffer<float> _output;

    public OrtDenoiser(InferenceSession session, bool copiesInputs, int capacity, DenoiserLayout layout, LoadedAdapters? adapters = null)
    {
        Capacity = capacity;
        SampleLength = layout.SampleLength;
        OutputLength = layout.OutputLength;
        TimestepPerRow = layout.TimestepPerRow;
        // A graph may compute text up to the longest of its batch, and a device's last bits depend on that length: there, one row more always has all of it.
        int rows = copiesInputs && layout.States.Count > 0 ? capacity + 1 : capacity;
        _sample = new(layout.SampleInput, rows, layout.SampleShape);
        _timestep = new("timestep", rows, [], TimestepPerRow ? 1 : 0);
        _output = new(layout.Output, rows, layout.OutputShape);
        List<RowBuffer> inputs = [_sample, _timestep];
        if (layout.EmbeddingInput is { } embedding)
        {
            inputs.Add(_embedding = new(embedding, rows, [layout.EmbeddingLength]));
        }

        if (layout.States.Count > 0)
        {
            inputs.Add(_states = new("encoder_hidden_states", rows, [layout.States.Count, layout.States.Length]));
            inputs.Add(_mask = new("attention_mask", rows, [layout.States.Count]));
            if (rows > capacity)
            {
                _mask.Row(capacity).Fill(true);
            }
        }

        _network = new(session, copiesInputs, rows, [.. inputs], [_output], adapters);
    }

    public int Capacity { get; }

    public bool TimestepPerRow { get; }

    public int SampleLength { get; }

    public int OutputLength { get; }

    public Span<float> Sample(int row) => _sample.Row(row)[..SampleLength];

    public void Condition(int row, RowConditioning conditioning)
    {
        Copy(conditioning.Channels.Span, _sample.Row(row)[SampleLength..], "channels");
        Copy(conditioning.Embedding.Span, _embedding is null ? [] : _embedding.Row(row), "embedding");
        Copy(conditioning.TextStates.Span, _states is null ? [] : _states.Row(row), "text states");
        Copy(conditioning.TextMask.Span, _mask is null ? [] : _mask.Row(row), "text mask");
    }

    // Exports take whole timesteps; only Euler has fractions, and half a training step changes the network's output by nothing visible.
    public void SetTimestep(int row, float timestep) => _timestep.Row(TimestepPerRow ? row : 0)[0] = (long)MathF.Round(timestep);

    public void Run(int rows, string? adapter = null) => _network.Run(rows, adapter);

    public ReadOnlySpan<float> Output(int row) => _output.Row(row)[..OutputLength];

    public void Dispose() => _network.Dispose();

    private static void Copy<T>(ReadOnlySpan<T> source, Span<T> row, string what)
    {
        if (source.Length != row.Length)
        {
            throw new ArgumentException($"The row's {what} has {source.Length} values; the network takes {row.Length}.");
        }

        source.CopyTo(row);
    }
}
