using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>How large an image becomes in each pass of super-resolution.</summary>
internal static class Enlarged
{
    /// <summary>Whether nothing has to be enlarged any more.</summary>
    public static bool Covers(ImageShape shape, ImageSize target) => shape.Height >= target.Height && shape.Width >= target.Width;

    /// <summary>The stage that goes on: the first that knows larger images, or the last.</summary>
    public static int StageFor(ImageShape shape, IReadOnlyList<SuperResolutionNetworks> stages)
    {
        int stage = 0;
        while (stage < stages.Count - 1 && Math.Min(shape.Height, shape.Width) >= stages[stage].Image.Height)
        {
            stage++;
        }

        return stage;
    }

    /// <summary>What it makes of it: the short side becomes the network's own, and where it is that already, the image as large as it is to be.</summary>
    public static ImageShape Shape(ImageShape from, ImageShape network, ImageSize target)
    {
        int narrow = Math.Min(from.Height, from.Width);
        double scale = narrow < network.Height
            ? (double)network.Height / narrow
            : Math.Max((double)target.Width / from.Width, (double)target.Height / from.Height);
        return new(from.Channels, (int)Math.Round(from.Height * scale), (int)Math.Round(from.Width * scale));
    }

    /// <summary>The network's tiles, overlapping by a quarter: its convolutions see no further than half of that.</summary>
    public static IReadOnlyList<WindowPlace> Tiles(ImageShape shape, ImageShape network) =>
        WindowPlace.Cover(shape, network, (network.Height * 3 / 4, network.Width * 3 / 4));
}
