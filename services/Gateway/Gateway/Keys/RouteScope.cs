using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Keys;

/// <summary>Which scopes open a route, any of them, said where it is mapped. One that says nothing is the operator's.</summary>
internal sealed record RouteScope(Scopes Scopes)
{
    public static Scopes Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<RouteScope>()?.Scopes ?? Scopes.Admin;
}

internal static class ScopedRoute
{
    public static TBuilder Needs<TBuilder>(this TBuilder route, Scopes scopes)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RouteScope(scopes));
}
