using System.Reflection;
using Limner.Gateway.Limits;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Keys;

/// <summary>Who asks, by which key. A handler that takes one can only be reached with a key.</summary>
internal sealed record Caller(string Tenant, Guid KeyId, Scopes Scopes, Allowance Allowance)
{
    public static Caller Of(ApiKey key) => new(key.Tenant, key.Id, key.Scopes, key.Allowance);

    public static Caller? Of(HttpContext http) => http.Features.Get<Caller>();

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult(Of(context));
}
