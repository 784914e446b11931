using System.Globalization;
using Limner.Imaging;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Images;

/// <summary>What the signed address of a picture says: which one, in which form, and until when.</summary>
/// <param name="Image">The image's id.</param>
/// <param name="Format">The form it is handed over in.</param>
/// <param name="Quality">Of a lossy form; 100 otherwise.</param>
/// <param name="Expires">Seconds since 1970.</param>
internal sealed record ImageAddress(string Image, ImageFormat Format, int Quality, long Expires)
{
    /// <summary>What is signed. Every part stands in it, so none can be changed, and the line breaks keep them apart.</summary>
    public string Signed => string.Create(CultureInfo.InvariantCulture, $"image\n{Image}\n{Format}\n{Quality}\n{Expires}");

    public string PathWith(string signature) =>
        string.Create(CultureInfo.InvariantCulture, $"/v1/images/{Image}/file?format={Format.ToString().ToLowerInvariant()}&quality={Quality}&expires={Expires}&signature={signature}");

    /// <returns>Null if the query is not one that <see cref="PathWith"/> makes.</returns>
    public static ImageAddress? Read(string image, IQueryCollection query) =>
        Enum.TryParse(query["format"].ToString(), ignoreCase: true, out ImageFormat format) && Enum.IsDefined(format)
        && int.TryParse(query["quality"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int quality) && quality <= 100
        && long.TryParse(query["expires"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long expires)
            ? new ImageAddress(image, format, quality, expires) : null;
}
