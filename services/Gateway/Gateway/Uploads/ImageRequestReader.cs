using System.Net.Mime;
using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Limner.Gateway.Uploads;

/// <summary>A request that may have pictures in it: a form, or JSON.</summary>
internal sealed class ImageRequestReader(IOptions<UploadOptions> options, TimeProvider time) : IDisposable
{
    private readonly UploadTurns _turns = new(options.Value.AtOnce, options.Value.Timeout, options.Value.Timeout, time);

    /// <summary>Reads the request in its turn and does <paramref name="use"/> in it, since that is what takes memory.</summary>
    public Task<T> ReadAsync<T>(HttpRequest request, string tenant, Func<ImageForm, Task<T>> use, CancellationToken cancellation) => _turns.TakeAsync(
        tenant, async turn => await use(IsForm(request) ? await ReadFormAsync(request, options.Value.MaxBytes, turn) : JsonForm.Read(await RequestBody.ReadAsync(request, options.Value.MaxBytes, turn))), cancellation);

    /// <summary>Reads a JSON body that may have pictures in it as data URLs: one that is longer than others may be waits for its turn, and is used in it.</summary>
    public async Task<T> ReadJsonAsync<T>(HttpRequest request, string tenant, int usual, Func<byte[], Task<T>> use, CancellationToken cancellation)
    {
        if (request.ContentLength <= usual)
        {
            return await use(await RequestBody.ReadAsync(request, usual, cancellation));
        }

        // Many clients send JSON in chunks: how long it is shows when it has come, and most of it is short.
        int few = request.ContentLength is null ? usual : 0;
        using MemoryStream begun = await RequestBody.BeginAsync(request, few, options.Value.MaxBytes, cancellation);
        return few > 0 && begun.Length <= few ? await use(begun.ToArray())
            : await _turns.TakeAsync(tenant, async turn => await use(await RequestBody.EndAsync(request, begun, options.Value.MaxBytes, turn)), cancellation);
    }

    /// <summary>Reads a request that has no pictures: a form becomes the JSON that it stands for.</summary>
    public static async Task<byte[]> ReadWithoutFilesAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        if (!IsForm(request))
        {
            return await RequestBody.ReadAsync(request, most, cancellation);
        }

        ImageForm form = await ReadFormAsync(request, most, cancellation);
        return form.Files.Count == 0 ? form.Fields
            : throw ApiException.Invalid(ErrorCode.UnknownParameter, form.Files[0].Field, $"'{form.Files[0].Field}' is a file, and this address takes none.");
    }

    public void Dispose() => _turns.Dispose();

    private static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) && type.MediaType.Equals(MediaTypeNames.Multipart.FormData, StringComparison.OrdinalIgnoreCase);

    private static async Task<ImageForm> ReadFormAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        if (request.ContentLength > most)
        {
            throw RequestBody.TooLong(most);
        }

        // Without a length the server counts, and stops reading where the limit is.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }

        try
        {
            return await FormReader.ReadAsync(request, cancellation);
        }
        catch (BadHttpRequestException tooLong) when (tooLong.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw RequestBody.TooLong(most);
        }
    }
}
