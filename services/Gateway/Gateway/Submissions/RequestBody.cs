using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Limner.Gateway.Submissions;

/// <summary>The bytes of a request that has to be JSON and not too long.</summary>
internal static class RequestBody
{
    private const int PartLength = 16 * 1024;

    public static async Task<byte[]> ReadAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        using MemoryStream body = await BeginAsync(request, 0, most, cancellation);
        return await EndAsync(request, body, most, cancellation);
    }

    /// <summary>The beginning of a body that does not say how long it is: all of it, or a little more than <paramref name="few"/> bytes.</summary>
    public static async Task<MemoryStream> BeginAsync(HttpRequest request, int few, int most, CancellationToken cancellation)
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

        var body = new MemoryStream();
        byte[] part = new byte[Math.Min(few, PartLength)];
        await CountedAsync(most, async () =>
        {
            while (few > 0 && body.Length <= few && await request.Body.ReadAsync(part, cancellation) is > 0 and var read)
            {
                body.Write(part, 0, read);
            }
        });
        return body;
    }

    /// <summary>The whole of it.</summary>
    public static async Task<byte[]> EndAsync(HttpRequest request, MemoryStream begun, int most, CancellationToken cancellation)
    {
        await CountedAsync(most, () => request.Body.CopyToAsync(begun, cancellation));
        return begun.ToArray();
    }

    public static ApiException TooLong(int most) =>
        new(StatusCodes.Status413PayloadTooLarge, ErrorCode.BodyTooLarge, $"The body is too long; it may have {most} bytes.");

    private static async Task CountedAsync(int most, Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (BadHttpRequestException tooLong) when (tooLong.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLong(most);
        }
    }
}
