using System.Numerics.Tensors;

namespace Limner.Diffusion.Unclip;

/// <summary>
/// A square's map of cells in the middle of a longer canvas. Each window of a canvas is told the whole prompt, so a prior that goes over it in windows puts a thing
/// into each; a square holds the prompt once, and around it goes on the ground that its rim shows.
/// </summary>
internal static class EmbeddingSpread
{
    /// <summary>Ground looks like other ground: a cell of the rim counts as that with so many others near it, and not much further from them than most.</summary>
    private const int Alike = 3;

    private const float Furthest = 1.5f;

    /// <param name="square">(side, side, cell)</param>
    /// <param name="canvas">The longer canvas.</param>
    /// <returns>(rows, columns, cell)</returns>
    public static float[] Over(float[] square, Canvas canvas)
    {
        (int side, int length) = (canvas.Side, square.Length / (canvas.Side * canvas.Side));
        int[] ground = Ground(square, side, length);
        float[] spread = new float[canvas.Rows * canvas.Columns * length];
        (int top, int left) = ((canvas.Rows - side) / 2, (canvas.Columns - side) / 2);
        for (int y = 0; y < canvas.Rows; y++)
        {
            for (int x = 0; x < canvas.Columns; x++)
            {
                (int row, int column) = (Math.Clamp(y - top, 0, side - 1), Math.Clamp(x - left, 0, side - 1));
                bool isInside = (y - top, x - left) == (row, column);
                int from = isInside ? (row * side) + column : ground.MinBy(cell => Math.Abs((cell / side) - row) + Math.Abs((cell % side) - column));
                square.AsSpan(from * length, length).CopyTo(spread.AsSpan(((y * canvas.Columns) + x) * length));
            }
        }

        return spread;
    }

    /// <summary>The cells of the rim that show ground, those first that others are most like.</summary>
    private static int[] Ground(float[] square, int side, int length)
    {
        if (side == 1)
        {
            return [0];
        }

        int[] rim = [.. Enumerable.Range(0, side * side).Where(cell => cell / side % (side - 1) == 0 || cell % side % (side - 1) == 0)];
        float[] apart = [.. rim.Select(cell => rim.Select(other => TensorPrimitives.Distance(square.AsSpan(cell * length, length), square.AsSpan(other * length, length))).Order().ElementAt(Alike))];
        float limit = Furthest * apart.Order().ElementAt(apart.Length / 2);
        return [.. rim.Zip(apart).Where(cell => cell.Second <= limit).OrderBy(cell => cell.Second).Select(cell => cell.First)];
    }
}
