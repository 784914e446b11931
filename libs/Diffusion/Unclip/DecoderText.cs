using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>Image embedding and text as the decoder reads them.</summary>
internal sealed class DecoderText(DecoderNetworks networks)
{
    /// <summary>For the whole of a square image.</summary>
    /// <param name="conditioning">Of the candidate.</param>
    /// <param name="channels">What follows x_t in the decoder's input; may be empty.</param>
    public (RowConditioning Conditional, RowConditioning? Unconditional, IReadOnlyList<SampleWindow> Windows) Project(
        Conditioning conditioning, ReadOnlyMemory<float> channels)
    {
        (RowConditioning conditional, RowConditioning? unconditional) = Project(conditioning, conditioning.ImageEmbedding, channels);
        return (conditional, unconditional, []);
    }

    /// <summary>For each window of another shape: its own cells where the embedding is a map, else all of it.</summary>
    public (RowConditioning Conditional, RowConditioning? Unconditional, IReadOnlyList<SampleWindow> Windows) ProjectWindows(
        Conditioning conditioning, ReadOnlyMemory<float> channels, Canvas canvas)
    {
        ImageShape map = networks.Grid > 0 ? new ImageShape(1, networks.Grid, networks.EmbeddingLength / networks.Grid) : default;
        (IReadOnlyList<WindowPlace> windows, IReadOnlyList<WindowPlace> cells) = (canvas.Cover(networks.DecoderShape), networks.Grid > 0 ? canvas.Cover(map) : []);
        float[] embedding = conditioning.ImageEmbedding;
        SampleWindow[] conditioned = [.. windows.Select((window, i) =>
        {
            float[] seen = embedding;
            if (cells.Count > 0)
            {
                cells[i].Cut(embedding, seen = new float[networks.EmbeddingLength]);
            }

            (RowConditioning conditional, RowConditioning? unconditional) = Project(conditioning, seen, channels);
            return new SampleWindow(window, conditional, unconditional);
        })];
        return (conditioned[0].Conditional, conditioned[0].Unconditional, conditioned);
    }

    private (RowConditioning Conditional, RowConditioning? Unconditional) Project(Conditioning conditioning, float[] embedding, ReadOnlyMemory<float> channels)
    {
        int rows = conditioning.Unconditional is null ? 1 : 2; // [uncond, cond]
        (int statesLength, int timeLength) = (networks.ContextLength * networks.StateLength, networks.TimeEmbeddingLength);
        float[] states = new float[rows * statesLength]; // (rows, S, C)
        float[] timeEmbedding = new float[rows * timeLength]; // (rows, K)
        networks.TextProjection(embedding, conditioning.Prompt, conditioning.Unconditional, states, timeEmbedding);
        if (!FiniteNumbers.Are(states) || !FiniteNumbers.Are(timeEmbedding))
        {
            throw RefusedRequestException.NotFinite("text projection");
        }

        RowConditioning Row(TextEncoding text, int row) => new()
        {
            Embedding = timeEmbedding.AsMemory(row * timeLength, timeLength),
            TextStates = states.AsMemory(row * statesLength, statesLength),
            TextMask = networks.ContextLength == 0 ? default : WithExtraStates(text.Mask),
            Channels = channels,
        };

        return (Row(conditioning.Prompt, rows - 1), conditioning.Unconditional is { } text ? Row(text, 0) : null);
    }

    // The extra states stand before the prompt's and always count.
    private bool[] WithExtraStates(bool[] mask)
    {
        bool[] extended = new bool[networks.ContextLength]; // (S)
        extended.AsSpan().Fill(true);
        mask.CopyTo(extended, extended.Length - mask.Length);
        return extended;
    }
}
