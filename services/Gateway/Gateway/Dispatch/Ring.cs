using System.Collections.Immutable;

namespace Limner.Gateway.Dispatch;

/// <summary>Where the round over the tenants stands between two selections.</summary>
/// <param name="Current">Whose turn it is; null before the first.</param>
/// <param name="Granted">Whether this turn's quantum was given already.</param>
/// <param name="Deficits">Work that a tenant was granted and has not used.</param>
internal sealed record Ring(string? Current, bool Granted, ImmutableDictionary<string, long> Deficits)
{
    public static Ring Empty { get; } = new(null, false, ImmutableDictionary.Create<string, long>(StringComparer.Ordinal));
}
