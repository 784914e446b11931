namespace Limner.Gateway.Keys;

/// <summary>What is kept of a key: never the key.</summary>
/// <param name="Hash">SHA-256 of the whole key. Keys are random and long, so a slow hash would add nothing.</param>
/// <param name="Prefix">Its first characters, to find and to name it by.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Created">Since when.</param>
internal sealed record ApiKey(byte[] Hash, string Prefix, string Tenant, DateTimeOffset Created);
