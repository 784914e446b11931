using Limner.Diffusion.Unclip;
using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Networks;

/// <summary>One half of the autoencoder, one image at a time.</summary>
internal sealed class OrtImageNetwork : IDisposable
{
    private readonly RowBuffer<float> _input;
    private readonly RowBuffer<float> _output;
    private readonly BoundNetwork _network;

    public OrtImageNetwork(InferenceSession session, bool copiesInputs, (string Name, ImageShape Shape) input, (string Name, ImageShape Shape) output)
    {
        _input = new(input.Name, 1, [input.Shape.Channels, input.Shape.Height, input.Shape.Width]);
        _output = new(output.Name, 1, [output.Shape.Channels, output.Shape.Height, output.Shape.Width]);
        _network = new(session, copiesInputs, 1, [_input], [_output]);
    }

    public void Run(ReadOnlySpan<float> input, Span<float> output)
    {
        input.CopyTo(_input.Row(0));
        _network.Run(1);
        _output.Row(0).CopyTo(output);
    }

    public void Dispose() => _network.Dispose();
}
