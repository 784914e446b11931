using System.Globalization;

namespace Limner.Contracts.Images;

/// <summary>An image in object storage.</summary>
/// <param name="Key">Its key (<see cref="KeyOf"/>), the same however often it is drawn.</param>
/// <param name="Width">Columns, in pixels.</param>
/// <param name="Height">Rows, in pixels.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal.</param>
public sealed record StoredImage(string Key, int Width, int Height, long Bytes, string Sha256)
{
    /// <summary>The key of a candidate's image: the Decoder writes it, and the Gateway tells by it what belongs to which job.</summary>
    /// <param name="tenant">Whose job.</param>
    /// <param name="job">The job.</param>
    /// <param name="candidate">Which of its candidates, from 0.</param>
    public static string KeyOf(string tenant, Guid job, int candidate) => string.Create(CultureInfo.InvariantCulture, $"{tenant}/{job:N}/{candidate}.png");
}
