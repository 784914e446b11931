using Limner.Contracts.Images;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.ObjectStorage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Limner.Gateway.Images;

/// <summary><c>GET /v1/images/{id}</c>: the file, or where a store that signs addresses has it.</summary>
internal static class GetImage
{
    public static async Task<Results<FileStreamHttpResult, RedirectHttpResult>> HandleAsync(
        string id, Caller caller, HttpResponse response, Transactions database, IObjectStore store, IOptions<GatewayOptions> options, CancellationToken cancellation)
    {
        StoredImage image = await FindAsync(id, caller.Tenant, database, cancellation) ?? throw ApiException.NoImage(id);
        if (await store.SignAsync(image.Key, options.Value.SignedFor, cancellation) is { } address)
        {
            response.Headers.CacheControl = "no-store";
            return TypedResults.Redirect(address.AbsoluteUri);
        }

        Stream file = await store.OpenAsync(image.Key, cancellation) ?? throw ApiException.NoImage(id);
        // An image never changes under its id, but it is its owner's alone.
        response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.Stream(file, "image/png", entityTag: new EntityTagHeaderValue($"\"{image.Sha256}\""));
    }

    private static async Task<StoredImage?> FindAsync(string id, string tenant, Transactions database, CancellationToken cancellation)
    {
        if (ImageId.Parse(id) is not var (jobId, index))
        {
            return null;
        }

        await using GatewayContext context = database.Read();
        Job? job = await context.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == jobId && job.Tenant == tenant, cancellation);
        return job?.Candidates.FirstOrDefault(candidate => candidate.Index == index && candidate.State == CandidateState.Approved)?.Image;
    }
}
