using Limner.Diffusion.Resampling;

namespace Limner.Diffusion.Unclip;

/// <summary>Resizes images; remembers the weights of the last few pairs of shapes.</summary>
internal sealed class Resizer
{
    private const int Remembered = 8;

    private readonly Dictionary<(ImageShape From, ImageShape To), BicubicResize> _resizes = [];

    public void Apply(ReadOnlySpan<float> image, ImageShape from, ImageShape to, Span<float> resized)
    {
        if (!_resizes.TryGetValue((from, to), out BicubicResize? resize))
        {
            // Pictures of any size come to be enlarged; those of the model's own sizes are made again at once.
            if (_resizes.Count == Remembered)
            {
                _resizes.Clear();
            }

            _resizes[(from, to)] = resize = new(from.Height, from.Width, to.Height, to.Width);
        }

        resize.Apply(image, resized, to.Channels);
    }
}
