using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Networks;

/// <summary>Memory of one input or output for all rows a network can take, and a view of its first rows for each batch size.</summary>
internal abstract class RowBuffer(string name) : IDisposable
{
    public string Name => name;

    /// <summary>A tensor over the memory of the first rows; made once for each number.</summary>
    public abstract OrtValue View(int items);

    public abstract void Dispose();
}

/// <inheritdoc/>
/// <param name="name">The tensor's name in the graph.</param>
/// <param name="capacity">The most items of a run.</param>
/// <param name="rowShape">Dimensions after the batch.</param>
/// <param name="rowsPerItem">Rows that an item takes; 0 for a single row whatever the batch.</param>
internal sealed class RowBuffer<T>(string name, int capacity, ReadOnlySpan<int> rowShape, int rowsPerItem = 1) : RowBuffer(name)
    where T : unmanaged
{
    private readonly int[] _rowShape = rowShape.ToArray();
    private readonly OrtValue?[] _views = new OrtValue?[rowsPerItem == 0 ? 1 : capacity];
    private readonly T[] _memory = GC.AllocateArray<T>(
        checked(Math.Max(1, capacity * rowsPerItem) * LengthOf(rowShape)), pinned: true);

    public int RowLength { get; } = LengthOf(rowShape);

    public Span<T> Row(int row) => _memory.AsSpan(row * RowLength, RowLength);

    public Span<T> Rows(int count) => _memory.AsSpan(0, count * RowLength);

    public override OrtValue View(int items)
    {
        int rows = Math.Max(1, items * rowsPerItem);
        return _views[rowsPerItem == 0 ? 0 : items - 1] ??= OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, _memory.AsMemory(0, rows * RowLength), [rows, .. _rowShape.Select(dimension => (long)dimension)]);
    }

    public override void Dispose()
    {
        foreach (OrtValue? view in _views)
        {
            view?.Dispose();
        }
    }

    private static int LengthOf(ReadOnlySpan<int> shape)
    {
        int length = 1;
        foreach (int dimension in shape)
        {
            length = checked(length * dimension);
        }

        return length;
    }
}
