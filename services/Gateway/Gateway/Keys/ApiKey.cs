using Limner.Gateway.Limits;

namespace Limner.Gateway.Keys;

/// <summary>What is kept of a key: never the key.</summary>
internal sealed record ApiKey
{
    public required Guid Id { get; init; }

    /// <summary>SHA-256 of the whole key. Keys are random and long, so a slow hash would add nothing.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Its first characters, to find and to name it by.</summary>
    public required string Prefix { get; init; }

    public required string Tenant { get; init; }

    public string Name { get; init; } = "";

    public required Scopes Scopes { get; init; }

    public Allowance Allowance { get; init; } = Allowance.Unlimited;

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? Expires { get; init; }

    public DateTimeOffset? Revoked { get; init; }

    public bool IsGood(DateTimeOffset now) => Revoked is null && (Expires is null || Expires > now);
}
