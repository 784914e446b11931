namespace Limner.Contracts.Images;

/// <summary>An image in object storage.</summary>
/// <param name="Key">Its key: <c>tenant/job/candidate.png</c>, the same however often it is drawn.</param>
/// <param name="Width">Columns, in pixels.</param>
/// <param name="Height">Rows, in pixels.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal.</param>
public sealed record StoredImage(string Key, int Width, int Height, long Bytes, string Sha256);
