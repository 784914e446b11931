namespace Limner.Diffusion.Unclip;

/// <summary>Buffers that go round: a candidate borrows what it needs, and the next one of the same size gets the same memory.</summary>
internal sealed class FloatBuffers
{
    private readonly Dictionary<int, Stack<float[]>> _free = [];

    public float[] Rent(int length) =>
        length == 0 ? [] : _free.TryGetValue(length, out var stack) && stack.TryPop(out var buffer) ? buffer : new float[length];

    public void Return(float[] buffer)
    {
        if (buffer.Length == 0)
            return;
        if (!_free.TryGetValue(buffer.Length, out var stack))
            _free[buffer.Length] = stack = new();
        stack.Push(buffer);
    }
}
