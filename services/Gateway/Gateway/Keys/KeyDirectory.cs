using System.Collections.Concurrent;
using System.Security.Cryptography;
using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Keys;

/// <summary>Whose key it is. Answers are kept for half a minute, so that a request costs no query for it, and a removed key ends soon.</summary>
internal sealed class KeyDirectory(Transactions database, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    private const int MostKept = 10_000;

    private readonly ConcurrentDictionary<string, (string Tenant, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    /// <returns>The tenant; null if there is no such key.</returns>
    public async Task<string?> FindTenantAsync(string secret, CancellationToken cancellation)
    {
        if (!KeySecret.IsWellFormed(secret))
        {
            return null;
        }

        byte[] hash = KeySecret.Hash(secret);
        string name = Convert.ToHexString(hash);
        DateTimeOffset now = time.GetUtcNow();
        if (_known.TryGetValue(name, out (string Tenant, DateTimeOffset Until) known) && known.Until > now)
        {
            return known.Tenant;
        }

        string? tenant = await ReadAsync(KeySecret.PrefixOf(secret), hash, cancellation);
        if (tenant is not null)
        {
            if (_known.Count >= MostKept)
            {
                _known.Clear();
            }

            _known[name] = (tenant, now + Kept);
        }

        return tenant;
    }

    /// <summary>Adds a key unless it is there.</summary>
    public Task<bool> AddAsync(string secret, string tenant, CancellationToken cancellation) => database.WriteAsync(async context =>
    {
        byte[] hash = KeySecret.Hash(secret);
        if (await context.Keys.AnyAsync(key => key.Hash == hash, cancellation))
        {
            return false;
        }

        context.Add(new ApiKey(hash, KeySecret.PrefixOf(secret), tenant, time.GetUtcNow()));
        return true;
    }, cancellation);

    public async Task<bool> IsEmptyAsync(CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return !await context.Keys.AnyAsync(cancellation);
    }

    // By prefix and then in constant time: what the index compares is public, what is secret takes the same time whatever it is.
    private async Task<string?> ReadAsync(string prefix, byte[] hash, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        ApiKey[] candidates = await context.Keys.AsNoTracking().Where(key => key.Prefix == prefix).ToArrayAsync(cancellation);
        return candidates.FirstOrDefault(key => CryptographicOperations.FixedTimeEquals(key.Hash, hash))?.Tenant;
    }
}
