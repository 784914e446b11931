using Limner.Contracts.Images;
using Limner.Gateway.Errors;
using Limner.Gateway.Keys;
using Limner.Imaging;
using Limner.ObjectStorage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Limner.Gateway.Images;

/// <summary><c>GET /v1/images/{id}</c>: the file, or where a store that signs addresses has it.</summary>
internal static class GetImage
{
    public static async Task<Results<FileStreamHttpResult, RedirectHttpResult>> HandleAsync(
        string id, Caller caller, HttpResponse response, ImageFiles files, IObjectStore store, IOptions<GatewayOptions> options, CancellationToken cancellation)
    {
        StoredImage image = await files.FindAsync(id, caller.Tenant, cancellation) ?? throw ApiException.NoImage(id);
        if (await store.SignAsync(image.Key, options.Value.SignedFor, cancellation) is { } address)
        {
            response.Headers.CacheControl = "no-store";
            return TypedResults.Redirect(address.AbsoluteUri);
        }

        Stream file = await files.OpenAsync(image, ImageFormat.Png, quality: 100, cancellation) ?? throw ApiException.NoImage(id);
        // An image never changes under its id, but it is its owner's alone.
        response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.Stream(file, "image/png", entityTag: new EntityTagHeaderValue($"\"{image.Sha256}\""));
    }
}
