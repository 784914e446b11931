namespace Limner.Diffusion.Editing;

/// <summary>
/// Fills what is not known as smoothly as what surrounds it allows (Laplace's equation), so that an encoder, which sees far, sees
/// nothing of what is to go.
/// </summary>
internal static class HarmonicFill
{
    private const int Sweeps = 400;
    private const float Relaxation = 1.9f;

    /// <param name="planes">(3, H, W); overwritten where <paramref name="share"/> is 0.</param>
    /// <param name="share">(H, W)</param>
    /// <param name="height">H</param>
    /// <param name="width">W</param>
    public static void Apply(Span<float> planes, ReadOnlySpan<float> share, int height, int width)
    {
        Hole[] holes = Holes(share, height, width);
        for (Span<float> plane = planes; plane.Length > 0; plane = plane[share.Length..])
        {
            FillPlane(plane[..share.Length], share, holes);
        }
    }

    // At the rim a pixel is its own neighbour.
    private static Hole[] Holes(ReadOnlySpan<float> share, int height, int width)
    {
        var holes = new List<Hole>();
        for (int i = 0; i < share.Length; i++)
        {
            if (share[i] == 0)
            {
                (int y, int x) = Math.DivRem(i, width);
                holes.Add(new(i, y > 0 ? i - width : i, y < height - 1 ? i + width : i, x > 0 ? i - 1 : i, x < width - 1 ? i + 1 : i));
            }
        }

        return [.. holes];
    }

    private static void FillPlane(Span<float> plane, ReadOnlySpan<float> share, Hole[] holes)
    {
        (float sum, int known) = (0f, 0);
        for (int i = 0; i < plane.Length; i++)
        {
            if (share[i] > 0)
            {
                (sum, known) = (sum + plane[i], known + 1);
            }
        }

        foreach (Hole hole in holes)
        {
            plane[hole.At] = known == 0 ? 0 : sum / known;
        }

        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            foreach (Hole hole in holes)
            {
                float mean = (plane[hole.Above] + plane[hole.Below] + plane[hole.Left] + plane[hole.Right]) / 4;
                plane[hole.At] += Relaxation * (mean - plane[hole.At]);
            }
        }
    }

    /// <summary>A pixel that is not known, and its neighbours.</summary>
    private readonly record struct Hole(int At, int Above, int Below, int Left, int Right);
}
