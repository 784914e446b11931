namespace Limner.Imaging.Uploads;

/// <summary>The pixels of a picture that somebody sent.</summary>
/// <param name="Image">Its colours; what is transparent lies on white.</param>
/// <param name="Alpha">(height, width): 0 where it is transparent, 255 where it is opaque.</param>
public sealed record UploadedPicture(RgbImage Image, byte[] Alpha)
{
    /// <summary>Whether something of it is not wholly opaque.</summary>
    public bool HasHole => Alpha.AsSpan().ContainsAnyExcept(byte.MaxValue);

    /// <summary>
    /// (height, width): 1 where it is wholly opaque, 0 elsewhere. What shines through in part is no part of the picture either: on white, the soft edge of a cut-out would stay
    /// as a bright rim.
    /// </summary>
    public byte[] Opaque() => Array.ConvertAll(Alpha, alpha => alpha == byte.MaxValue ? (byte)1 : (byte)0);
}
