using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Limner.Inference.Folders;

/// <summary>An opened ONNX file, to be checked against what its component must look like.</summary>
internal sealed record OnnxGraph(string File, InferenceSession Session)
{
    public bool HasInput(string name) => Session.InputMetadata.ContainsKey(name);

    /// <summary>Checks an input: its type and its dimensions (see <see cref="Dimensions"/>).</summary>
    public void Input(string name, TensorElementType type, string dimensions, Dimensions known, FolderReader folder) =>
        Check("input", Session.InputMetadata, name, type, dimensions, known, folder);

    /// <inheritdoc cref="Input"/>
    public void Output(string name, TensorElementType type, string dimensions, Dimensions known, FolderReader folder) =>
        Check("output", Session.OutputMetadata, name, type, dimensions, known, folder);

    /// <summary>Whether <c>timestep</c> is one for each row, <c>i64[B]</c>, or one for the batch, <c>i64[1]</c>.</summary>
    public bool TimestepPerRow(FolderReader folder)
    {
        if (!Session.InputMetadata.TryGetValue("timestep", out NodeMetadata? timestep))
        {
            folder.Report(File, "has no input timestep; expected Int64[1] or Int64[batch]");
        }
        else if (timestep.ElementDataType != TensorElementType.Int64 || timestep.Dimensions is not [-1] and not [1])
        {
            folder.Report(File, $"has input timestep {Describe(timestep)}; expected Int64[1] or Int64[batch]");
        }

        return timestep?.Dimensions is [-1];
    }

    private void Check(
        string kind, IReadOnlyDictionary<string, NodeMetadata> tensors, string name, TensorElementType type, string dimensions, Dimensions known,
        FolderReader folder)
    {
        if (!tensors.TryGetValue(name, out NodeMetadata? tensor))
        {
            folder.Report(File, $"has no {kind} {name}; expected {type}[{known.Describe(dimensions)}]");
            return;
        }

        string? conflict = known.Unify(dimensions, tensor.Dimensions, $"{File} {name}");
        if (tensor.ElementDataType != type || conflict is not null)
        {
            string why = conflict is { Length: > 0 } ? $" ({conflict})" : "";
            folder.Report(File, $"has {kind} {name} {Describe(tensor)}; expected {type}[{known.Describe(dimensions)}]{why}");
        }
    }

    private static string Describe(NodeMetadata tensor) =>
        $"{tensor.ElementDataType}[{string.Join(',', tensor.Dimensions.Select((d, i) => d >= 0 ? $"{d}" : tensor.SymbolicDimensions[i] is { Length: > 0 } s ? s : "?"))}]";
}
