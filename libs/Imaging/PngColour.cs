namespace Limner.Imaging;

/// <summary>Colour types that are written (PNG specification, 11.2.1), by their numbers.</summary>
internal enum PngColour : byte
{
    Rgb = 2,
    Rgba = 6,
}
