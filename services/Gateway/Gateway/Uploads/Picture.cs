using System.Globalization;
using Limner.Gateway.Errors;
using Limner.Imaging;
using Limner.Imaging.Uploads;

namespace Limner.Gateway.Uploads;

/// <summary>A picture that somebody sent, looked at whole.</summary>
internal sealed record Picture(byte[] File, ImageHeader Header)
{
    /// <summary>OpenAI's bound for dall-e-2, and for masks.</summary>
    private const int SmallFile = 4 * 1024 * 1024;

    /// <summary>Whether something of it is transparent, wholly or in part.</summary>
    public bool HasHole => Header.HasAlpha && UploadedImage.Decode(File, (long)Header.Width * Header.Height).HasHole;

    /// <exception cref="ApiException">It is no picture, damaged, or too large.</exception>
    public static Picture Of(Upload upload, long mostPixels) =>
        new(upload.Bytes, Look(CheckHeader(upload, mostPixels), file => UploadedImage.Check(file, mostPixels)));

    /// <summary>Looks at the first bytes alone, which costs nothing.</summary>
    /// <exception cref="ApiException">They say that it is no picture, or too large.</exception>
    public static Upload CheckHeader(Upload upload, long mostPixels)
    {
        ImageHeader header = Look(upload, file => ImageHeader.Read(file));
        return (long)header.Width * header.Height <= mostPixels ? upload
            : throw ApiException.Invalid(ErrorCode.ImageTooLarge, upload.Field, string.Create(CultureInfo.InvariantCulture, $"{upload.Field} has {header.Width}x{header.Height} pixels; it may have {mostPixels} in all."));
    }

    /// <summary>What OpenAI asks of pictures for dall-e-2.</summary>
    public Picture RequireSmallSquarePng(string field)
    {
        RequireSmallPng(field);
        return Header.Width == Header.Height ? this
            : throw ApiException.Invalid(ErrorCode.InvalidImage, field, $"{field} has {Header.Width}x{Header.Height} pixels; for dall-e-2 it has to be square.");
    }

    /// <summary>What is asked of a mask: something transparent, and the size of the picture that it lies on.</summary>
    public Picture RequireMaskOf(Picture image, string field)
    {
        RequireSmallPng(field);
        return !HasHole ? throw ApiException.Invalid(ErrorCode.InvalidImage, field, $"{field} has nothing transparent; its transparent parts say what is to be drawn anew.")
            : (Header.Width, Header.Height) == (image.Header.Width, image.Header.Height) ? this
            : throw ApiException.Invalid(ErrorCode.InvalidImage, field, $"{field} has {Header.Width}x{Header.Height} pixels; it has to have the image's {image.Header.Width}x{image.Header.Height}.");
    }

    public Picture RequireSmallPng(string field) =>
        Header.Format != ImageFormat.Png ? throw ApiException.Invalid(ErrorCode.InvalidImage, field, $"{field} is a {Header.Format}; it has to be a PNG.")
        : File.Length >= SmallFile ? throw ApiException.Invalid(ErrorCode.ImageTooLarge, field, string.Create(CultureInfo.InvariantCulture, $"{field} has {File.Length} bytes; it has to have fewer than {SmallFile}."))
        : this;

    private static ImageHeader Look(Upload upload, Func<byte[], ImageHeader> look)
    {
        try
        {
            return look(upload.Bytes);
        }
        catch (InvalidDataException broken)
        {
            throw ApiException.Invalid(ErrorCode.InvalidImage, upload.Field, $"{upload.Field} cannot be used: {broken.Message}");
        }
    }
}
