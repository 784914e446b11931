using Limner.Diffusion.Noise;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Limner.Micro.Engine;

/// <summary>One ONNX file, its inputs filled and bound once: nothing but ONNX Runtime is left to measure.</summary>
internal sealed class BareNetwork : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _run = new();
    private readonly List<OrtValue> _values = [];

    /// <param name="file">The graph.</param>
    /// <param name="options">The engine's own session options.</param>
    /// <param name="rowsOf">Rows of each input.</param>
    /// <param name="side">Rows and columns of an image whose size the graph leaves open.</param>
    /// <param name="text">The text: a graph may take less time for a short one.</param>
    public BareNetwork(string file, SessionOptions options, Func<string, int> rowsOf, int side, BareText text)
    {
        _session = new(file, options);
        _binding = _session.CreateIoBinding();
        foreach ((string name, NodeMetadata input) in _session.InputMetadata)
        {
            long[] shape = [.. input.Dimensions.Select((size, axis) => size > 0 ? size : axis == 0 ? rowsOf(name) : (long)side)];
            OrtValue value = Allocate(input.ElementDataType, shape);
            Fill(value, input.ElementDataType);
            text.WriteTo(name, shape, value);
            _binding.BindInput(name, value);
        }

        BindOutputs();
    }

    public void Run() => _session.RunWithBinding(_run, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _values.ForEach(value => value.Dispose());
        _run.Dispose();
        _session.Dispose();
    }

    // One run finds the outputs' shapes; then they have their own memory, as the engine's have.
    private void BindOutputs()
    {
        string[] names = _session.OutputMetadata.Keys.ToArray();
        foreach (string? name in names)
        {
            _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
        }

        Run();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _binding.GetOutputValues();
        (TensorElementType ElementDataType, long[] Shape)[] shapes = outputs.Select(output => output.GetTensorTypeAndShape()).Select(info => (info.ElementDataType, info.Shape)).ToArray();
        _binding.ClearBoundOutputs();
        for (int i = 0; i < names.Length; i++)
        {
            _binding.BindOutput(names[i], Allocate(shapes[i].ElementDataType, shapes[i].Shape));
        }
    }

    private OrtValue Allocate(TensorElementType type, long[] shape)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, shape);
        _values.Add(value);
        return value;
    }

    private static void Fill(OrtValue value, TensorElementType type)
    {
        if (type == TensorElementType.Float)
        {
            SeededNoise.FillGaussian(new NoiseKey(1, 0, Stage.Decoder, 0), value.GetTensorMutableDataAsSpan<float>());
        }
        else if (type == TensorElementType.Bool)
        {
            value.GetTensorMutableDataAsSpan<bool>().Fill(true);
        }
        else
        {
            value.GetTensorMutableDataAsSpan<long>().Fill(1); // a timestep
        }
    }
}
