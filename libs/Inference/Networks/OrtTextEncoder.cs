using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Networks;

/// <summary>The CLIP text encoder, one prompt at a time.</summary>
internal sealed class OrtTextEncoder : IDisposable
{
    private readonly RowBuffer<long> _inputIds;
    private readonly RowBuffer<float> _embedding;
    private readonly RowBuffer<float> _states;
    private readonly BoundNetwork _network;

    public OrtTextEncoder(InferenceSession session, bool copiesInputs, int context, int embeddingLength, int stateLength, int capacity = 1)
    {
        _inputIds = new("input_ids", capacity, [context]);
        _embedding = new("text_embeds", capacity, [embeddingLength]);
        _states = new("last_hidden_state", capacity, [context, stateLength]);
        _network = new(session, copiesInputs, capacity, [_inputIds], [_embedding, _states]);
    }

    /// <summary>As many prompts as <paramref name="inputIds"/> holds.</summary>
    public void Encode(ReadOnlySpan<long> inputIds, Span<float> embedding, Span<float> states)
    {
        var count = inputIds.Length / _inputIds.RowLength;
        inputIds.CopyTo(_inputIds.Rows(count));
        _network.Run(count);
        _embedding.Rows(count).CopyTo(embedding);
        _states.Rows(count).CopyTo(states);
    }

    public void Dispose() => _network.Dispose();
}
