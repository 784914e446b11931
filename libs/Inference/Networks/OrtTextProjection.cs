using Limner.Diffusion.Unclip;
using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Networks;

/// <summary>
/// The text projection of one candidate: <c>model.onnx</c> takes [uncond, cond] text for one image embedding;
/// <c>model_no_cfg.onnx</c>, where there is one, text without guidance.
/// </summary>
internal sealed class OrtTextProjection : IDisposable
{
    private readonly Graph _guided;
    private readonly Graph? _unguided;

    public OrtTextProjection(InferenceSession guided, InferenceSession? unguided, bool copiesInputs, TextProjectionSizes sizes)
    {
        _guided = new(guided, copiesInputs, sizes, rows: 2);
        _unguided = unguided is null ? null : new(unguided, copiesInputs, sizes, rows: 1);
    }

    public void Project(
        ReadOnlySpan<float> imageEmbedding, TextEncoding prompt, TextEncoding? unconditional, Span<float> states, Span<float> timeEmbedding)
    {
        if (unconditional is null && _unguided is not null)
        {
            _unguided.Run(imageEmbedding, [prompt]);
            _unguided.CopyRows(0, states, timeEmbedding);
            return;
        }

        // Without a graph for it, the conditional row of the guided one is the unguided result.
        _guided.Run(imageEmbedding, [unconditional ?? prompt, prompt]);
        _guided.CopyRows(unconditional is null ? 1 : 0, states, timeEmbedding);
    }

    public void Dispose()
    {
        _guided.Dispose();
        _unguided?.Dispose();
    }

    private sealed class Graph : IDisposable
    {
        private readonly int _rows;
        private readonly RowBuffer<float> _image;
        private readonly RowBuffer<float> _embeds;
        private readonly RowBuffer<float> _text;
        private readonly RowBuffer<float> _states;
        private readonly RowBuffer<float> _time;
        private readonly BoundNetwork _network;

        public Graph(InferenceSession session, bool copiesInputs, TextProjectionSizes sizes, int rows)
        {
            _rows = rows;
            _image = new("image_embeddings", 1, [sizes.Embedding]);
            _embeds = new("prompt_embeds", 1, [sizes.Embedding], rows);
            _text = new("text_encoder_hidden_states", 1, [sizes.Prompt, sizes.TextState], rows);
            _states = new("encoder_hidden_states", 1, [sizes.Context, sizes.State], rows);
            _time = new("additive_clip_time_embeddings", 1, [sizes.TimeEmbedding], rows);
            _network = new(session, copiesInputs, 1, [_image, _embeds, _text], [_states, _time]);
        }

        public void Run(ReadOnlySpan<float> imageEmbedding, ReadOnlySpan<TextEncoding> text)
        {
            imageEmbedding.CopyTo(_image.Row(0));
            for (int row = 0; row < text.Length; row++)
            {
                text[row].Embedding.CopyTo(_embeds.Row(row));
                text[row].States.CopyTo(_text.Row(row));
            }

            _network.Run(1);
        }

        public void CopyRows(int first, Span<float> states, Span<float> timeEmbedding)
        {
            _states.Rows(_rows)[(first * _states.RowLength)..].CopyTo(states);
            _time.Rows(_rows)[(first * _time.RowLength)..].CopyTo(timeEmbedding);
        }

        public void Dispose() => _network.Dispose();
    }
}

/// <summary>Dimensions of the text projection.</summary>
/// <param name="Embedding">D</param>
/// <param name="Prompt">Text states of a prompt.</param>
/// <param name="TextState">Floats of one.</param>
/// <param name="Context">States that the decoder attends to.</param>
/// <param name="State">Floats of one.</param>
/// <param name="TimeEmbedding">Floats of the additive time embedding.</param>
internal sealed record TextProjectionSizes(int Embedding, int Prompt, int TextState, int Context, int State, int TimeEmbedding);
