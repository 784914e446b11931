namespace Limner.Imaging.Uploads;

/// <summary>The pixels of a picture that somebody sent.</summary>
/// <param name="Image">Its colours; what is transparent lies on white.</param>
/// <param name="Alpha">(height, width): 0 where it is transparent, 255 where it is opaque.</param>
public sealed record UploadedPicture(RgbImage Image, byte[] Alpha);
