namespace Limner.Diffusion.Unclip;

/// <summary>Channels, rows and columns of an image or of latents.</summary>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Floats of one image.</summary>
    public int Length => Channels * Height * Width;
}
