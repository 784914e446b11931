using Limner.Gateway.Errors;
using Limner.Gateway.Uploads;

namespace Limner.Gateway.Sources;

/// <summary>A picture in a request: its bytes, or the id of a file or an image that its tenant has here.</summary>
/// <param name="Field">What the request calls it.</param>
/// <param name="Picture">The picture, looked at whole; null if that is still to be done.</param>
/// <param name="Id">What it is named by.</param>
internal sealed record GivenPicture(string Field, Picture? Picture, string? Id)
{
    /// <summary>What was sent, of which the header alone was looked at: the shortest body can hold as many pixels as the longest, and they wait for their turn.</summary>
    public Upload? Sent { get; init; }

    /// <summary>The form of a text that stands for a picture: a data URL or an id.</summary>
    /// <exception cref="ApiException">It is neither, or the picture cannot be used.</exception>
    public static GivenPicture Of(string field, string text, long mostPixels) =>
        text.StartsWith("file-", StringComparison.Ordinal) || text.StartsWith("img_", StringComparison.Ordinal) ? new GivenPicture(field, null, text)
        : DataUrl.Decode(text) is { } bytes ? new GivenPicture(field, null, null) { Sent = Picture.CheckHeader(new Upload(field, bytes), mostPixels) }
        : throw ApiException.Invalid(
            ErrorCode.InvalidValue, field, $"{field} has to be the id of a file (file-…) or of an image (img_…), or a data URL with base64, like data:image/png;base64,…; other addresses are not fetched.");

    public static GivenPicture Of(Picture picture, string field) => new(field, picture, null);
}
