using System.Collections.Concurrent;
using System.Security.Cryptography;
using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Keys;

/// <summary>
/// Whose key it is. Answers are kept for a few seconds, so that a request costs no query for it, and a key that was revoked, by whichever process,
/// ends that soon everywhere: nobody has to be told, so nobody can miss it.
/// </summary>
internal sealed class KeyDirectory(Transactions database, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(3);

    private const int MostKept = 10_000;

    private readonly ConcurrentDictionary<string, (ApiKey Key, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    /// <returns>Who has this key; null if there is no such key, or no longer.</returns>
    public async Task<Caller?> FindAsync(string secret, CancellationToken cancellation)
    {
        if (!KeySecret.IsWellFormed(secret))
        {
            return null;
        }

        byte[] hash = KeySecret.Hash(secret);
        string name = Convert.ToHexString(hash);
        DateTimeOffset now = time.GetUtcNow();
        ApiKey? key = _known.TryGetValue(name, out (ApiKey Key, DateTimeOffset Until) known) && known.Until > now ? known.Key
            : await ReadAsync(KeySecret.PrefixOf(secret), hash, cancellation);
        if (key is null || !key.IsGood(now))
        {
            return null;
        }

        if (!ReferenceEquals(key, known.Key))
        {
            Keep(name, key, now + Kept);
        }

        return Caller.Of(key);
    }

    /// <summary>Who a job or a batch belongs to, long after the request: as the key is now.</summary>
    /// <returns>Null if it was revoked or has expired.</returns>
    public async Task<Caller?> FindAsync(Guid id, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await context.Keys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == id, cancellation) is { } key && key.IsGood(time.GetUtcNow()) ? Caller.Of(key) : null;
    }

    /// <summary>Ends what takes longer than a request should, when its key has ended: looks until <paramref name="end"/> is cancelled, by itself or by another.</summary>
    public async Task CancelWhenClosedAsync(Guid id, CancellationTokenSource end)
    {
        using var timer = new PeriodicTimer(Kept, time);
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                if (await IsClosedAsync(id, end.Token))
                {
                    await end.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It ended.
        }
    }

    // While the database is away nothing is known of the key, and nothing new of what it waits for: both are seen afterwards.
    private async Task<bool> IsClosedAsync(Guid id, CancellationToken cancellation)
    {
        try
        {
            return await FindAsync(id, cancellation) is null;
        }
        catch (Exception fault) when (DatabaseFaults.IsUnavailable(fault))
        {
            return false;
        }
    }

    // By prefix and then in constant time: what the index compares is public, what is secret takes the same time whatever it is.
    private async Task<ApiKey?> ReadAsync(string prefix, byte[] hash, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        ApiKey[] candidates = await context.Keys.AsNoTracking().Where(key => key.Prefix == prefix).ToArrayAsync(cancellation);
        return candidates.FirstOrDefault(key => CryptographicOperations.FixedTimeEquals(key.Hash, hash));
    }

    private void Keep(string name, ApiKey key, DateTimeOffset until)
    {
        if (_known.Count >= MostKept)
        {
            _known.Clear();
        }

        _known[name] = (key, until);
    }
}
