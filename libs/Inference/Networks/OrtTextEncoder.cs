using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Networks;

/// <summary>The CLIP text encoder, one prompt at a time.</summary>
internal sealed class OrtTextEncoder : IDisposable
{
    private readonly RowBuffer<long> _inputIds;
    private readonly RowBuffer<float> _embedding;
    private readonly RowBuffer<float> _states;
    private readonly BoundNetwork _network;

    public OrtTextEncoder(InferenceSession session, bool copiesInputs, int context, int embeddingLength, int stateLength, LoadedAdapters adapters)
    {
        _inputIds = new("input_ids", 1, [context]);
        _embedding = new("text_embeds", 1, [embeddingLength]);
        _states = new("last_hidden_state", 1, [context, stateLength]);
        _network = new(session, copiesInputs, 1, [_inputIds], [_embedding, _states], adapters);
    }

    public void Encode(ReadOnlySpan<long> inputIds, Span<float> embedding, Span<float> states, string? adapter = null)
    {
        inputIds.CopyTo(_inputIds.Row(0));
        _network.Run(1, adapter);
        _embedding.Row(0).CopyTo(embedding);
        _states.Row(0).CopyTo(states);
    }

    public void Dispose() => _network.Dispose();
}
