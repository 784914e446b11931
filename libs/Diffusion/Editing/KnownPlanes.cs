using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Diffusion.Editing;

/// <summary>A known region at the resolutions of the stages, which draw the whole canvas of which the image asked for is the middle.</summary>
internal sealed class KnownPlanes(KnownRegion region, ImageSize target)
{
    /// <summary>The width of the border, inside of what stays, across which old and new are mixed: a share of the image's short side.</summary>
    private const double Feather = 1 / 64.0;

    /// <summary>A pixel that is touched by less does not count: that is the last digit of the sizes' ratio.</summary>
    private const double Hair = 1e-6;

    private (ImageShape Shape, KnownSample Sample)? _last;

    public KnownRegion Region => region;

    /// <summary>What a sample of pixels has to come out with, the border feathered. Remembered until another shape is asked for: a last stage and its finish have the same.</summary>
    public KnownSample SampleAt(ImageShape shape)
    {
        if (_last is { } last && last.Shape == shape)
        {
            return last.Sample;
        }

        (float[] clean, float[] share) = At(shape);
        var sample = new KnownSample(clean, Weights(shape, share));
        _last = (shape, sample);
        return sample;
    }

    /// <summary>The picture as means of its known pixels in [-1, 1], (3, H, W), and how much of each is known, (H, W).</summary>
    public (float[] Clean, float[] Share) At(ImageShape shape)
    {
        (float[] clean, float[] share) = (new float[shape.Length], new float[shape.Height * shape.Width]);
        (int First, float[] Weights)[] rows = Spans(shape.Height, shape, target.Height, region.Image.Height);
        (int First, float[] Weights)[] columns = Spans(shape.Width, shape, target.Width, region.Image.Width);
        for (int y = 0; y < shape.Height; y++)
        {
            for (int x = 0; x < shape.Width; x++)
            {
                share[(y * shape.Width) + x] = Mean(rows[y], columns[x], clean.AsSpan((y * shape.Width) + x), shape.Height * shape.Width);
            }
        }

        return (clean, share);
    }

    /// <summary>1 where a pixel is known and lies away from what is drawn anew, falling to 0 towards it.</summary>
    public static float[] Weights(ImageShape shape, ReadOnlySpan<float> share)
    {
        double feather = Math.Max(1, Math.Round(Math.Min(shape.Height, shape.Width) * Feather));
        float[] distance = Distance.ToUnknown(share, shape.Height, shape.Width);
        return Array.ConvertAll(distance, d => (float)Math.Clamp(d / (feather + 1), 0, 1));
    }

    /// <summary>1 for each place of a coarser grid whose pixels are all known, else 0, (h, w).</summary>
    public static float[] WhollyKnown(ReadOnlySpan<float> share, ImageShape pixels, ImageShape places)
    {
        float[] whole = new float[places.Height * places.Width];
        whole.AsSpan().Fill(1);
        for (int i = 0; i < share.Length; i++)
        {
            if (share[i] < 1)
            {
                whole[(i / pixels.Width * places.Height / pixels.Height * places.Width) + (i % pixels.Width * places.Width / pixels.Width)] = 0;
            }
        }

        return whole;
    }

    /// <summary>What a decoder that is conditioned on the known is told: its latents, zero where nothing is known, and how much is, (C + 1, h, w).</summary>
    public static float[] Channels(KnownSample? known, ImageShape sample)
    {
        int plane = sample.Height * sample.Width;
        float[] channels = new float[sample.Length + plane];
        if (known is null)
        {
            return channels;
        }

        known.Weights.Span.CopyTo(channels.AsSpan(sample.Length));
        for (int i = 0; i < sample.Length; i++)
        {
            channels[i] = known.Clean.Span[i] * channels[sample.Length + (i % plane)];
        }

        return channels;
    }

    /// <summary>Takes away the places beside unknown ones, along rows, columns and the falling diagonal: so were the masks that Kandinsky learned from.</summary>
    public static float[] Shrink(float[] known, ImageShape places)
    {
        (int height, int width) = (places.Height, places.Width);
        bool Unknown(int y, int x) => y >= 0 && x >= 0 && y < height && x < width && known[(y * width) + x] == 0;
        return [.. known.Select((weight, i) =>
        {
            (int y, int x) = Math.DivRem(i, width);
            return Unknown(y - 1, x) || Unknown(y + 1, x) || Unknown(y, x - 1) || Unknown(y, x + 1) || Unknown(y - 1, x - 1) || Unknown(y + 1, x + 1) ? 0 : weight;
        })];
    }

    private float Mean((int First, float[] Weights) rows, (int First, float[] Weights) columns, Span<float> clean, int plane)
    {
        ReadOnlySpan<byte> rgb = region.Image.Rgb;
        ReadOnlySpan<byte> kept = region.Kept;
        int width = region.Image.Width;
        float red = 0, green = 0, blue = 0, known = 0, all = 0;
        for (int y = 0; y < rows.Weights.Length; y++)
        {
            for (int x = 0; x < columns.Weights.Length; x++)
            {
                (int at, float weight) = (((rows.First + y) * width) + columns.First + x, rows.Weights[y] * columns.Weights[x]);
                all += weight;
                if (kept[at] == 0)
                {
                    continue;
                }

                ReadOnlySpan<byte> pixel = rgb.Slice(3 * at, 3);
                (red, green, blue, known) = (red + (weight * pixel[0]), green + (weight * pixel[1]), blue + (weight * pixel[2]), known + weight);
            }
        }

        if (known == 0)
        {
            return 0;
        }

        (clean[0], clean[plane], clean[2 * plane]) = ((red / (127.5f * known)) - 1, (green / (127.5f * known)) - 1, (blue / (127.5f * known)) - 1);
        return known / all;
    }

    // Which of the picture's pixels a stage's pixel sees: those that it covers, or where it is smaller than one, the two nearest.
    // Nothing where the stage's canvas reaches beyond the image.
    private (int First, float[] Weights)[] Spans(int length, ImageShape shape, int asked, int pixels)
    {
        double scale = Math.Max((double)target.Width / shape.Width, (double)target.Height / shape.Height);
        (double offset, double ratio) = ((asked - (length * scale)) / 2, (double)pixels / asked);
        return [.. Enumerable.Range(0, length).Select(i =>
        {
            (double from, double to) = (((i * scale) + offset) * ratio, (((i + 1) * scale) + offset) * ratio);
            if (from < -Hair || to > pixels + Hair)
            {
                return (0, []);
            }

            if (to - from < 1 - Hair)
            {
                return Nearest(((from + to) / 2) - 0.5, pixels);
            }

            (int first, int end) = (Math.Max(0, (int)Math.Floor(from + Hair)), Math.Min(pixels, (int)Math.Ceiling(to - Hair)));
            return (first, [.. Enumerable.Range(first, end - first).Select(p => (float)(Math.Min(p + 1, to) - Math.Max(p, from)))]);
        })];
    }

    private static (int First, float[] Weights) Nearest(double position, int pixels)
    {
        double place = Math.Clamp(position, 0, pixels - 1);
        int first = (int)place;
        float second = (float)(place - first);
        return second == 0 ? (first, [1]) : (first, [1 - second, second]);
    }
}
