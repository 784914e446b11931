using System.Numerics.Tensors;
using Limner.Diffusion.Unclip;

namespace Limner.Diffusion.Sampling;

/// <summary>A rectangle cut from planes that are larger than a network, and how much its predictions count where rectangles overlap.</summary>
/// <param name="whole">Rows and columns of the planes.</param>
/// <param name="top">First row.</param>
/// <param name="left">First column.</param>
/// <param name="rowShares">Share of each of the rectangle's rows; those of all rectangles make 1.</param>
/// <param name="columnShares">Share of each of its columns.</param>
public sealed class WindowPlace(ImageShape whole, int top, int left, float[] rowShares, float[] columnShares)
{
    /// <summary>The rectangles that cover a whole, each as large as a network's input, in reading order.</summary>
    /// <param name="whole">What is to be covered; no side shorter than the network's.</param>
    /// <param name="window">The network's input.</param>
    /// <param name="stride">Rows and columns from one to the next; the last lies at the end.</param>
    /// <param name="unit">Columns that belong together and count alike: the numbers of an embedding's cell.</param>
    public static IReadOnlyList<WindowPlace> Cover(ImageShape whole, ImageShape window, (int Rows, int Columns) stride, int unit = 1) =>
    [
        .. from row in Axis(whole.Height, window.Height, stride.Rows, 1)
           from column in Axis(whole.Width, window.Width, stride.Columns, unit)
           select new WindowPlace(whole, row.Start, column.Start, row.Shares, column.Shares),
    ];

    /// <summary>Copies the rectangle of as many planes as <paramref name="part"/> has.</summary>
    public void Cut(ReadOnlySpan<float> planes, Span<float> part)
    {
        (int height, int width) = (rowShares.Length, columnShares.Length);
        for (int row = 0; row < part.Length / width; row++)
        {
            (int plane, int y) = Math.DivRem(row, height);
            planes.Slice((((plane * whole.Height) + top + y) * whole.Width) + left, width).CopyTo(part[(row * width)..]);
        }
    }

    /// <summary>Adds the rectangle, by its shares, to planes that were cleared before the first of them.</summary>
    public void Add(ReadOnlySpan<float> part, Span<float> planes)
    {
        (int height, int width) = (rowShares.Length, columnShares.Length);
        Span<float> shares = stackalloc float[width];
        for (int y = 0; y < height; y++)
        {
            TensorPrimitives.Multiply(columnShares, rowShares[y], shares);
            for (int row = y; row < part.Length / width; row += height)
            {
                Span<float> to = planes.Slice(((((row / height) * whole.Height) + top + y) * whole.Width) + left, width);
                TensorPrimitives.MultiplyAdd(part.Slice(row * width, width), shares, to, to);
            }
        }
    }

    // Each window counts most in its middle, and nothing jumps where one begins.
    private static (int Start, float[] Shares)[] Axis(int length, int window, int stride, int unit)
    {
        var starts = new List<int>();
        for (int start = 0; start < length - window; start += stride)
        {
            starts.Add(start);
        }

        starts.Add(length - window);
        float Weight(int i) => Math.Min((i / unit) + 1, ((window - 1 - i) / unit) + 1);
        float[] sums = new float[length];
        foreach (int start in starts)
        {
            for (int i = 0; i < window; i++)
            {
                sums[start + i] += Weight(i);
            }
        }

        return [.. starts.Select(start => (start, Enumerable.Range(0, window).Select(i => Weight(i) / sums[start + i]).ToArray()))];
    }
}
