namespace Limner.EndToEnd.Tests;

/// <summary>The largest connected region of one colour: its share of the picture, and its centroid from 0 to 1.</summary>
internal sealed record ColourRegion(double Share, double X, double Y)
{
    public static ColourRegion Largest(byte[] rgb, int width, Func<int, int, int, bool> isColour)
    {
        int count = rgb.Length / 3, height = count / width;
        bool[] open = [.. Enumerable.Range(0, count).Select(i => isColour(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]))];
        var largest = new ColourRegion(0, 0, 0);
        var edge = new Stack<int>();
        for (int start = 0; start < count; start++)
        {
            long size = 0, sumX = 0, sumY = 0;
            Visit(start);
            while (edge.TryPop(out int i))
            {
                int x = i % width, y = i / width;
                (size, sumX, sumY) = (size + 1, sumX + x, sumY + y);
                if (x > 0) { Visit(i - 1); }
                if (x < width - 1) { Visit(i + 1); }
                if (y > 0) { Visit(i - width); }
                if (y < height - 1) { Visit(i + width); }
            }

            if (size > largest.Share * count)
            {
                largest = new ColourRegion((double)size / count, (sumX + (size * 0.5)) / size / width, (sumY + (size * 0.5)) / size / height);
            }
        }

        return largest;

        void Visit(int i)
        {
            if (open[i])
            {
                open[i] = false;
                edge.Push(i);
            }
        }
    }
}
