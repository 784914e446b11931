using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Views;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Limner.Gateway.Keys;

/// <summary>
/// Keys without the rest of the Gateway: for a command line that works on the database itself, whether a Gateway runs beside it or not. Requests and replies
/// are those of <c>/v1/keys</c>.
/// </summary>
public static class KeyRegistration
{
    /// <summary>So many characters of a key are in lists; the rest is secret.</summary>
    public const int ShownCharacters = KeySecret.PrefixLength;

    private static readonly JsonSerializerOptions Json = ApiJson.Create();

    /// <summary>Adds what the methods below need.</summary>
    public static IServiceCollection AddGatewayKeys(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddGatewayDatabase(configuration);
        return services.AddSingleton<KeyLedger>();
    }

    /// <summary>Whether the database is there and of this version.</summary>
    public static Task<bool> IsDatabaseCurrentAsync(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<Migrator>().IsCurrentAsync(cancellation);

    /// <summary><c>POST /v1/keys</c></summary>
    /// <exception cref="ArgumentException">The request is wrong; the message says how.</exception>
    public static Task<JsonObject> CreateKeyAsync(this IServiceProvider services, JsonObject request, CancellationToken cancellation) => AskAsync(async () =>
    {
        KeyTerms terms = KeyReader.Read(JsonSerializer.SerializeToElement(request), services.GetRequiredService<TimeProvider>().GetUtcNow());
        (string secret, ApiKey key) = await services.GetRequiredService<KeyLedger>().CreateAsync(terms, cancellation);
        return ToJson(KeyView.Of(key) with { Key = secret });
    });

    /// <summary><c>GET /v1/keys</c>, all of them.</summary>
    /// <exception cref="ArgumentException">The tenant is none.</exception>
    public static Task<IReadOnlyList<JsonObject>> ListKeysAsync(this IServiceProvider services, string? tenant, CancellationToken cancellation) => AskAsync<IReadOnlyList<JsonObject>>(async () =>
    {
        string? whose = tenant is null ? null : KeyReader.Tenant(tenant);
        return [.. (await services.GetRequiredService<KeyLedger>().ListAsync(whose, null, int.MaxValue, cancellation)).Select(key => ToJson(KeyView.Of(key)))];
    });

    /// <summary><c>PATCH /v1/keys/{id}</c></summary>
    /// <exception cref="ArgumentException">The request is wrong, or there is no such key.</exception>
    public static Task<JsonObject> ChangeKeyAsync(this IServiceProvider services, string id, JsonObject request, CancellationToken cancellation) => AskAsync(async () =>
    {
        Func<ApiKey, ApiKey> change = KeyReader.ReadChange(JsonSerializer.SerializeToElement(request), services.GetRequiredService<TimeProvider>().GetUtcNow());
        return ToJson(KeyView.Of(await services.GetRequiredService<KeyLedger>().ChangeAsync(KeyId.Parse(id) ?? throw ApiException.NoKey(id), change, cancellation)));
    });

    /// <summary><c>DELETE /v1/keys/{id}</c></summary>
    /// <exception cref="ArgumentException">There is no such key.</exception>
    public static Task<JsonObject> RevokeKeyAsync(this IServiceProvider services, string id, CancellationToken cancellation) => AskAsync(async () =>
        ToJson(KeyView.Of(await services.GetRequiredService<KeyLedger>().RevokeAsync(KeyId.Parse(id) ?? throw ApiException.NoKey(id), cancellation))));

    private static JsonObject ToJson(KeyView view) => JsonSerializer.SerializeToNode(view, Json)!.AsObject();

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ApiException problem)
        {
            throw new ArgumentException(problem.Message, problem);
        }
    }
}
