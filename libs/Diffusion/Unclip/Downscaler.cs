using Limner.Diffusion.Resampling;

namespace Limner.Diffusion.Unclip;

/// <summary>Makes images smaller; remembers the weights of each pair of sizes.</summary>
internal sealed class Downscaler
{
    private readonly Dictionary<(int From, int To), BicubicResize> _resizes = [];

    public void Apply(ReadOnlySpan<float> image, ImageShape from, ImageShape to, Span<float> smaller)
    {
        if (!_resizes.TryGetValue((from.Height, to.Height), out var resize))
            _resizes[(from.Height, to.Height)] = resize = new(from.Height, from.Width, to.Height, to.Width);
        resize.Apply(image, smaller, to.Channels);
    }
}
