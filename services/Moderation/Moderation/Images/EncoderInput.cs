using Limner.Diffusion.Resampling;
using Limner.Diffusion.Unclip;
using Limner.Imaging;

namespace Limner.Moderation.Images;

/// <summary>Pictures as the image encoder takes them: planes of its own size in [-1, 1]. Keeps its memory, so one picture at a time.</summary>
internal sealed class EncoderInput(ImageShape shape)
{
    private readonly float[] _pixels = new float[shape.Channels * shape.Height * shape.Width];
    private float[] _planes = [];
    private (int Width, int Height) _size;
    private BicubicResize? _resize;

    /// <summary>
    /// Four pixels for each of the image encoder's: the concepts were fitted to pictures of that size, made smaller bicubically, and a larger one can be brought to it by
    /// plain means at a tenth of the cost.
    /// </summary>
    public int LeastSide => 4 * Math.Max(shape.Height, shape.Width);

    /// <summary>A part of a picture, (3, H, W).</summary>
    public ReadOnlySpan<float> Of(RgbImage image, PicturePart part)
    {
        if (_resize is null || _size != (part.Width, part.Height))
        {
            _size = (part.Width, part.Height);
            _planes = new float[3 * part.Width * part.Height];
            _resize = new BicubicResize(part.Height, part.Width, shape.Height, shape.Width);
        }

        int plane = part.Width * part.Height;
        for (int y = 0; y < part.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Pixels.AsSpan(3 * (((part.Top + y) * image.Width) + part.Left), 3 * part.Width);
            for (int i = 0; i < row.Length; i++)
            {
                _planes[(i % 3 * plane) + (y * part.Width) + (i / 3)] = (row[i] / 127.5f) - 1;
            }
        }

        _resize.Apply(_planes, _pixels, channels: 3);
        for (int i = 0; i < _pixels.Length; i++)
        {
            _pixels[i] = Math.Clamp(_pixels[i], -1, 1); // bicubic weights overshoot at edges
        }

        return _pixels;
    }
}
