using System.Net.Mime;
using Limner.Gateway.Errors;
using Limner.Gateway.Idempotency;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Limner.Gateway.Reference;

/// <summary>What a route says of itself in the API's document, beside what follows from its handler.</summary>
internal static class RouteReference
{
    private static readonly RequestHeader IdempotencyKey = new(
        RepeatableRequest.Header, "Makes the request repeatable: the same key and body have one effect and the same answer, for a day at least.", Longest: 255);

    /// <summary>The head of what a GET gives, for who looks at an address before fetching it (RFC 9110, 9.1 wants it). The document has the GET alone.</summary>
    public static RouteHandlerBuilder MapHead(this RouteGroupBuilder api, string pattern, Delegate handler) => api.MapMethods(pattern, [HttpMethods.Head], handler).ExcludeFromDescription();

    /// <param name="route">The route.</param>
    /// <param name="id">Its name in generated clients.</param>
    /// <param name="summary">What it does, in a line.</param>
    public static RouteHandlerBuilder Named(this RouteHandlerBuilder route, string id, string summary) => route.WithName(id).WithSummary(summary);

    /// <summary>Not as <c>Accepts</c> of the framework: that would refuse other types before the key is looked at, and in other words.</summary>
    public static RouteHandlerBuilder Takes<TBody>(this RouteHandlerBuilder route, params string[] mediaTypes) =>
        route.WithMetadata(new RequestBodyShape(typeof(TBody), mediaTypes is [] ? [MediaTypeNames.Application.Json] : mediaTypes, IsRequired: true));

    public static RouteHandlerBuilder MayTake<TBody>(this RouteHandlerBuilder route) =>
        route.WithMetadata(new RequestBodyShape(typeof(TBody), [MediaTypeNames.Application.Json], IsRequired: false));

    public static RouteHandlerBuilder Filters<TQuery>(this RouteHandlerBuilder route) => route.WithMetadata(new QueryShape(typeof(TQuery)));

    public static RouteHandlerBuilder Hears(this RouteHandlerBuilder route, string header, string description) => route.WithMetadata(new RequestHeader(header, description));

    public static RouteHandlerBuilder IsRepeatable(this RouteHandlerBuilder route) =>
        route.WithMetadata(IdempotencyKey).Fails(StatusCodes.Status409Conflict, ErrorCode.IdempotencyConflict);

    /// <summary>What the path names may not be there.</summary>
    public static RouteHandlerBuilder Finds(this RouteHandlerBuilder route, string codeIfNot) => route.Fails(StatusCodes.Status404NotFound, codeIfNot);

    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, int status, params string[] codes) => route.WithMetadata(new PossibleError(status, codes));
}
