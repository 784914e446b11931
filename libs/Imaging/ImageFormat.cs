namespace Limner.Imaging;

/// <summary>The file formats that pictures come in and go out in.</summary>
public enum ImageFormat
{
    /// <summary>Lossless, with text chunks (PNG specification, W3C).</summary>
    Png,

    /// <summary>Lossy, without transparency (ITU-T T.81).</summary>
    Jpeg,

    /// <summary>WebP; written lossy (RFC 9649).</summary>
    Webp,
}
