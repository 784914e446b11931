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

    /// <summary>(3, H, W); a picture of other proportions is stretched, as the encoder's crops would leave its sides unjudged.</summary>
    public ReadOnlySpan<float> Of(RgbImage image)
    {
        if (_resize is null || _size != (image.Width, image.Height))
        {
            _size = (image.Width, image.Height);
            _planes = new float[3 * image.Width * image.Height];
            _resize = new BicubicResize(image.Height, image.Width, shape.Height, shape.Width);
        }

        int plane = image.Width * image.Height;
        for (int i = 0; i < plane; i++)
            for (int channel = 0; channel < 3; channel++)
                _planes[(channel * plane) + i] = (image.Pixels[(i * 3) + channel] / 127.5f) - 1;
        _resize.Apply(_planes, _pixels, channels: 3);
        for (int i = 0; i < _pixels.Length; i++)
            _pixels[i] = Math.Clamp(_pixels[i], -1, 1); // bicubic weights overshoot at edges
        return _pixels;
    }
}
