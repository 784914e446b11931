namespace Limner.Imaging.Uploads;

/// <summary>What the first bytes of a file say of the picture in it, whatever its name and declared type. Nothing is decoded.</summary>
/// <param name="Format">By its signature.</param>
/// <param name="Width">Pixels in a row, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="HasAlpha">Whether pixels can be transparent.</param>
public readonly record struct ImageHeader(ImageFormat Format, int Width, int Height, bool HasAlpha)
{
    /// <summary>Reads the header of a PNG, JPEG or WebP.</summary>
    /// <param name="file">The whole file; in a JPEG the size can stand behind much else.</param>
    /// <exception cref="InvalidDataException">It is none of these, or its header is cut short or says nonsense.</exception>
    public static ImageHeader Read(ReadOnlySpan<byte> file)
    {
        ImageHeader header =
            file.StartsWith(PngHeader.Signature) ? PngHeader.Read(file)
            : file.StartsWith(JpegHeader.Signature) ? JpegHeader.Read(file)
            : WebpHeader.IsWebp(file) ? WebpHeader.Read(file)
            : throw new InvalidDataException("These bytes are neither a PNG nor a JPEG nor a WebP.");
        return header is { Width: > 0, Height: > 0 } ? header
            : throw new InvalidDataException($"The header says {(uint)header.Width}x{(uint)header.Height} pixels; expected both to be positive and below 2^31.");
    }
}
