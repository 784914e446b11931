using Limner.Gateway.Limits;

namespace Limner.Gateway.Keys;

/// <summary>What a new key is to be, checked.</summary>
internal sealed record KeyTerms(string Tenant, Scopes Scopes)
{
    public string Name { get; init; } = "";

    public Allowance Allowance { get; init; } = Allowance.Unlimited;

    public DateTimeOffset? Expires { get; init; }

    /// <summary>The key of whoever runs Limner.</summary>
    public static KeyTerms Operator(string tenant, string name) => new(tenant, Scopes.Read | Scopes.Generate | Scopes.Admin) { Name = name };
}
