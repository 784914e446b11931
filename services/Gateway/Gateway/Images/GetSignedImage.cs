using System.Globalization;
using Limner.Contracts.Images;
using Limner.Gateway.Errors;
using Limner.Imaging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Limner.Gateway.Images;

/// <summary><c>GET /v1/images/{id}/file</c>: a picture for whoever has its signed address.</summary>
internal static class GetSignedImage
{
    public static async Task<FileStreamHttpResult> HandleAsync(
        string id, HttpRequest request, AddressSigner signer, ImageFiles files, TimeProvider time, CancellationToken cancellation)
    {
        ImageAddress? address = ImageAddress.Read(id, request.Query);
        if (address is null || !signer.IsGood(address, request.Query["signature"].ToString()))
        {
            throw Refused("The address is not as it was given out: its signature does not fit.");
        }

        long left = address.Expires - time.GetUtcNow().ToUnixTimeSeconds();
        if (left <= 0)
        {
            throw Refused("The address has expired; ask for a new one.");
        }

        StoredImage image = await files.FindAsync(id, tenant: null, cancellation) ?? throw ApiException.NoImage(id);
        Stream file = await files.OpenAsync(image, address.Format, address.Quality, cancellation) ?? throw ApiException.NoImage(id);
        IHeaderDictionary headers = request.HttpContext.Response.Headers;
        headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"private, max-age={left}");
        headers.XContentTypeOptions = "nosniff";
        return TypedResults.Stream(file, MediaTypeOf(address.Format));
    }

    private static string MediaTypeOf(ImageFormat format) => $"image/{format.ToString().ToLowerInvariant()}";

    private static ApiException Refused(string message) => new(StatusCodes.Status403Forbidden, ErrorCode.InvalidSignature, message, "signature");
}
