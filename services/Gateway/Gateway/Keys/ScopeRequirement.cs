using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Keys;

/// <summary>The key has a scope that opens the route.</summary>
internal sealed class ScopeRequirement : AuthorizationHandler<ScopeRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (context.Resource is HttpContext http && Caller.Of(http) is { } caller && (caller.Scopes & RouteScope.Of(http)) != Scopes.None)
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
