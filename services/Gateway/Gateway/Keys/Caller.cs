using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Keys;

/// <summary>Who asks. A handler that takes one can only be reached with a key.</summary>
internal sealed record Caller(string Tenant)
{
    public const string TenantClaim = "tenant";

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult(context.User.FindFirst(TenantClaim) is { } claim ? new Caller(claim.Value) : null);
}
