namespace Limner.Diffusion.Editing;

/// <summary>Distances in pixels, by two passes over the image (Borgefors' chamfer of 3 and 4 thirds: at most 8% off the straight line).</summary>
internal static class Distance
{
    private const float Side = 1, Corner = 4 / 3f;

    /// <summary>How far each pixel is from the nearest that is not wholly known; beyond the image everything is as its rim.</summary>
    public static float[] ToUnknown(ReadOnlySpan<float> share, int height, int width)
    {
        float[] distance = new float[share.Length];
        for (int i = 0; i < distance.Length; i++)
        {
            distance[i] = share[i] < 1 ? 0 : float.PositiveInfinity;
        }

        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Relax(distance, y, x, -1, height, width);
            }
        }

        for (int y = height - 1; y >= 0; y--)
        {
            for (int x = width - 1; x >= 0; x--)
            {
                Relax(distance, y, x, 1, height, width);
            }
        }

        return distance;
    }

    private static void Relax(float[] distance, int y, int x, int direction, int height, int width)
    {
        ref float own = ref distance[(y * width) + x];
        if (own == 0)
        {
            return;
        }

        own = Math.Min(own, At(distance, y, x + direction, height, width) + Side);
        own = Math.Min(own, At(distance, y + direction, x, height, width) + Side);
        own = Math.Min(own, At(distance, y + direction, x + direction, height, width) + Corner);
        own = Math.Min(own, At(distance, y + direction, x - direction, height, width) + Corner);
    }

    private static float At(float[] distance, int y, int x, int height, int width) =>
        y < 0 || y >= height || x < 0 || x >= width ? float.PositiveInfinity : distance[(y * width) + x];
}
