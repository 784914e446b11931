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
        for (Span<float> plane = planes; plane.Length > 0; plane = plane[share.Length..])
        {
            FillPlane(plane[..share.Length], share, height, width);
        }
    }

    private static void FillPlane(Span<float> plane, ReadOnlySpan<float> share, int height, int width)
    {
        (float sum, int known) = (0f, 0);
        for (int i = 0; i < plane.Length; i++)
        {
            if (share[i] > 0)
            {
                (sum, known) = (sum + plane[i], known + 1);
            }
        }

        for (int i = 0; i < plane.Length; i++)
        {
            if (share[i] == 0)
            {
                plane[i] = known == 0 ? 0 : sum / known;
            }
        }

        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int i = 0; i < plane.Length; i++)
            {
                if (share[i] > 0)
                {
                    continue;
                }

                (int y, int x) = Math.DivRem(i, width);
                // At the rim a pixel is its own neighbour.
                float mean = (plane[y > 0 ? i - width : i] + plane[y < height - 1 ? i + width : i] + plane[x > 0 ? i - 1 : i] + plane[x < width - 1 ? i + 1 : i]) / 4;
                plane[i] += Relaxation * (mean - plane[i]);
            }
        }
    }
}
