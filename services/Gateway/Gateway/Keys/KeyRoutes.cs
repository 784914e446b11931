using Limner.Gateway.Errors;
using Limner.Gateway.Reference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Limner.Gateway.Keys;

/// <summary><c>/v1/keys</c></summary>
internal static class KeyRoutes
{
    public static void MapKeys(this RouteGroupBuilder api)
    {
        api.MapPost("/keys", KeyEndpoints.CreateAsync).Needs(Scopes.Admin).Named("createKey", "Makes a key, which this answer shows and none after it").Takes<KeyBody>();
        api.MapGet("/keys", KeyEndpoints.ListAsync).Needs(Scopes.Admin).Named("listKeys", "Lists keys, newest first").Filters<KeyQuery>();
        api.MapGet("/keys/{id}", KeyEndpoints.GetAsync).Needs(Scopes.Admin).Named("getKey", "Shows a key's terms, not the key").Finds(ErrorCode.KeyNotFound);
        api.MapPatch("/keys/{id}", KeyEndpoints.ChangeAsync).Needs(Scopes.Admin).Named("changeKey", "Changes a key's name, limits or end").Takes<KeyChangeBody>().Finds(ErrorCode.KeyNotFound);
        api.MapDelete("/keys/{id}", KeyEndpoints.RevokeAsync).Needs(Scopes.Admin).Named("revokeKey", "Revokes a key, which stays in the list").Finds(ErrorCode.KeyNotFound);
    }
}
