using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Limner.Gateway.Submissions;

/// <summary>The bytes of a request that has to be JSON and not too long.</summary>
internal static class RequestBody
{
    public static async Task<byte[]> ReadAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType())
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, ErrorCode.UnsupportedMediaType, $"The body is '{request.ContentType}'; it has to be application/json.");
        }

        if (request.ContentLength > most)
        {
            throw TooLong(most);
        }

        // Without a length the server counts, and stops reading where the limit is.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }

        using var body = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(body, cancellation);
        }
        catch (BadHttpRequestException tooLong) when (tooLong.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLong(most);
        }

        return body.ToArray();
    }

    public static ApiException TooLong(int most) =>
        new(StatusCodes.Status413PayloadTooLarge, ErrorCode.BodyTooLarge, $"The body is too long; it may have {most} bytes.");
}
