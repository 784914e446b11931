using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Networks;

/// <summary>A session whose inputs and outputs are bound to fixed memory, once for each batch size. The session is not its own.</summary>
internal sealed class BoundNetwork(InferenceSession session, bool copiesInputs, int capacity, RowBuffer[] inputs, RowBuffer[] outputs) : IDisposable
{
    private readonly OrtIoBinding?[] _bindings = new OrtIoBinding?[capacity];
    private readonly RunOptions _run = new();

    public int Capacity => capacity;

    public void Run(int items)
    {
        var binding = _bindings[items - 1] ??= Bind(items);
        // A device's copy of an input is made when it is bound; on the CPU the binding is the memory itself.
        if (copiesInputs)
            BindInputs(binding, items);
        session.RunWithBinding(_run, binding);
        if (copiesInputs)
            binding.SynchronizeBoundOutputs();
    }

    public void Dispose()
    {
        foreach (var binding in _bindings)
            binding?.Dispose();
        foreach (var buffer in inputs.Concat(outputs))
            buffer.Dispose();
        _run.Dispose();
    }

    private OrtIoBinding Bind(int items)
    {
        var binding = session.CreateIoBinding();
        BindInputs(binding, items);
        foreach (var output in outputs)
            binding.BindOutput(output.Name, output.View(items));
        return binding;
    }

    private void BindInputs(OrtIoBinding binding, int items)
    {
        foreach (var input in inputs)
            binding.BindInput(input.Name, input.View(items));
    }
}
