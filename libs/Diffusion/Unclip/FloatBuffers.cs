namespace Limner.Diffusion.Unclip;

/// <summary>
/// Buffers that go round: a candidate borrows what it needs, and the next one of the same size gets the same memory. Pictures of any size come, so those of other sizes
/// are forgotten when too much lies unused.
/// </summary>
internal sealed class FloatBuffers
{
    private const long MostFree = 32 << 20; // 128 MiB

    private readonly Dictionary<int, Stack<float[]>> _free = [];
    private long _freeLength;

    public float[] Rent(int length)
    {
        if (length == 0)
        {
            return [];
        }

        if (!_free.TryGetValue(length, out Stack<float[]>? stack) || !stack.TryPop(out float[]? buffer))
        {
            return new float[length];
        }

        _freeLength -= length;
        return buffer;
    }

    public void Return(float[] buffer)
    {
        if (buffer.Length == 0)
        {
            return;
        }

        if (!_free.TryGetValue(buffer.Length, out Stack<float[]>? stack))
        {
            _free[buffer.Length] = stack = new();
        }

        stack.Push(buffer);
        _freeLength += buffer.Length;
        if (_freeLength <= MostFree)
        {
            return;
        }

        _free.Clear();
        _free[buffer.Length] = stack;
        _freeLength = (long)stack.Count * buffer.Length;
    }
}
