using Limner.Gateway.Errors;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Submissions;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Keys;

/// <summary>Keys of every tenant, for whoever runs Limner.</summary>
internal static class KeyEndpoints
{
    /// <summary><c>POST /v1/keys</c></summary>
    public static async Task<Created<KeyView>> CreateAsync(HttpRequest request, KeyLedger keys, IOptions<GatewayOptions> options, TimeProvider time, CancellationToken cancellation)
    {
        if (request.Headers.ContainsKey(RepeatableRequest.Header))
        {
            // To give the reply again it would have to be kept, and with it the key.
            throw ApiException.Invalid(ErrorCode.InvalidValue, RepeatableRequest.Header, $"A key is shown once, so {RepeatableRequest.Header} cannot give this reply again; leave it out.");
        }

        byte[] body = await RequestBody.ReadAsync(request, options.Value.MaxBodyBytes, cancellation);
        (string secret, ApiKey key) = await keys.CreateAsync(JsonBody.Read(body, root => KeyReader.Read(root, time.GetUtcNow())), cancellation);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/v1/keys/{KeyId.Format(key.Id)}", KeyView.Of(key) with { Key = secret });
    }

    /// <summary><c>GET /v1/keys</c></summary>
    public static async Task<Ok<KeyPage>> ListAsync(HttpRequest request, KeyLedger keys, CancellationToken cancellation)
    {
        var fields = new QueryFields(request.Query, "tenant", "cursor", "limit");
        string? tenant = request.Query.ContainsKey("tenant") ? KeyReader.Tenant(request.Query["tenant"]) : null;
        int limit = fields.Limit();
        IReadOnlyList<ApiKey> found = await keys.ListAsync(tenant, fields.Read("cursor", KeyId.Parse, "the next_cursor of another page"), limit + 1, cancellation);
        KeyView[] page = [.. found.Take(limit).Select(KeyView.Of)];
        return TypedResults.Ok(new KeyPage(page, found.Count > limit, found.Count > limit ? page[^1].Id : null));
    }

    /// <summary><c>GET /v1/keys/{id}</c></summary>
    public static async Task<Ok<KeyView>> GetAsync(string id, KeyLedger keys, CancellationToken cancellation) => TypedResults.Ok(KeyView.Of(await keys.GetAsync(Parse(id), cancellation)));

    /// <summary><c>PATCH /v1/keys/{id}</c></summary>
    public static async Task<Ok<KeyView>> ChangeAsync(string id, HttpRequest request, KeyLedger keys, IOptions<GatewayOptions> options, TimeProvider time, CancellationToken cancellation)
    {
        byte[] body = await RequestBody.ReadAsync(request, options.Value.MaxBodyBytes, cancellation);
        Func<ApiKey, ApiKey> change = JsonBody.Read(body, root => KeyReader.ReadChange(root, time.GetUtcNow()));
        return TypedResults.Ok(KeyView.Of(await keys.ChangeAsync(Parse(id), change, cancellation)));
    }

    /// <summary><c>DELETE /v1/keys/{id}</c>: revokes; the key is still there to be seen.</summary>
    public static async Task<Ok<KeyView>> RevokeAsync(string id, KeyLedger keys, CancellationToken cancellation) =>
        TypedResults.Ok(KeyView.Of(await keys.RevokeAsync(Parse(id), cancellation)));

    private static Guid Parse(string id) => KeyId.Parse(id) ?? throw ApiException.NoKey(id);
}
