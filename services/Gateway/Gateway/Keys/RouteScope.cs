using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Keys;

/// <summary>Which scope a route asks for, said where it is mapped. One that says nothing asks for the strictest.</summary>
internal sealed record RouteScope(Scopes Scope)
{
    public static Scopes Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<RouteScope>()?.Scope ?? Scopes.Admin;
}

internal static class ScopedRoute
{
    public static TBuilder Needs<TBuilder>(this TBuilder route, Scopes scope)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RouteScope(scope));
}
