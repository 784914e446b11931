using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Networks;

/// <summary>A session whose inputs and outputs are bound to fixed memory, once for each batch size. The session is not its own.</summary>
internal sealed class BoundNetwork(
    InferenceSession session, bool onDevice, int capacity, RowBuffer[] inputs, RowBuffer[] outputs, LoadedAdapters? adapters = null) : IDisposable
{
    private readonly string[] _inputNames = [.. inputs.Select(input => input.Name)];
    private readonly string[] _outputNames = [.. outputs.Select(output => output.Name)];
    private readonly OrtIoBinding?[] _bindings = new OrtIoBinding?[capacity];
    private readonly RunOptions _run = new();

    public void Run(int items, string? adapter = null)
    {
        // A device's kernels depend on the batch's size, and with them the last bits: there, unused rows are computed with the rest (ADR 7).
        int rows = onDevice ? capacity : items;
        if (adapter is not null && adapters?.Of(adapter) is { } adapted)
        {
            // ONNX Runtime applies adapters in this way of running alone: bindings do not see them.
            session.Run(adapted, _inputNames, [.. inputs.Select(input => input.View(rows))], _outputNames, [.. outputs.Select(output => output.View(rows))]);
            return;
        }

        OrtIoBinding binding = _bindings[rows - 1] ??= Bind(rows);
        // A device's copy of an input is made when it is bound; on the CPU the binding is the memory itself.
        if (onDevice)
        {
            BindInputs(binding, rows);
        }

        session.RunWithBinding(_run, binding);
        if (onDevice)
        {
            binding.SynchronizeBoundOutputs();
        }
    }

    public void Dispose()
    {
        foreach (OrtIoBinding? binding in _bindings)
        {
            binding?.Dispose();
        }

        foreach (RowBuffer? buffer in inputs.Concat(outputs))
        {
            buffer.Dispose();
        }

        adapters?.Dispose();
        _run.Dispose();
    }

    private OrtIoBinding Bind(int items)
    {
        OrtIoBinding binding = session.CreateIoBinding();
        BindInputs(binding, items);
        foreach (RowBuffer output in outputs)
        {
            binding.BindOutput(output.Name, output.View(items));
        }

        return binding;
    }

    private void BindInputs(OrtIoBinding binding, int items)
    {
        foreach (RowBuffer input in inputs)
        {
            binding.BindInput(input.Name, input.View(items));
        }
    }
}
