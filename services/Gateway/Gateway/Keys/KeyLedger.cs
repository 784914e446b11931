using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Limits;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Keys;

/// <summary>Makes keys, lists, changes and revokes them. A key is never removed: what it used stays on record under its id.</summary>
internal sealed class KeyLedger(Transactions database, TimeProvider time)
{
    /// <returns>The key, which nobody can read again, and what is kept of it.</returns>
    public async Task<(string Secret, ApiKey Key)> CreateAsync(KeyTerms terms, CancellationToken cancellation)
    {
        string secret = KeySecret.Create();
        ApiKey key = NewKey(secret, terms);
        await database.WriteAsync(context => Task.FromResult(context.Add(key)), cancellation);
        return (secret, key);
    }

    /// <summary>Keeps a key that somebody else thought of, unless it is there, revoked or not.</summary>
    public Task<bool> KeepAsync(string secret, KeyTerms terms, CancellationToken cancellation) => database.WriteAsync(async context =>
    {
        byte[] hash = KeySecret.Hash(secret);
        if (await context.Keys.AnyAsync(key => key.Hash == hash, cancellation))
        {
            return false;
        }

        context.Add(NewKey(secret, terms));
        return true;
    }, cancellation);

    /// <summary>Newest first.</summary>
    /// <param name="tenant">Whose; null for everybody's.</param>
    /// <param name="after">The last of the page before.</param>
    /// <param name="most">How many.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(string? tenant, Guid? after, int most, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        // Keys of the first version have ids without a time, so the time stands first.
        DateTimeOffset? last = after is null ? null : await context.Keys.Where(key => key.Id == after).Select(key => (DateTimeOffset?)key.Created).SingleOrDefaultAsync(cancellation);
        IQueryable<ApiKey> keys = tenant is null ? context.Keys : context.Keys.Where(key => key.Tenant == tenant);
        keys = after is not { } cursor ? keys : keys.Where(key => key.Created < last || (key.Created == last && key.Id.CompareTo(cursor) < 0));
        return await keys.AsNoTracking().OrderByDescending(key => key.Created).ThenByDescending(key => key.Id).Take(most).ToListAsync(cancellation);
    }

    /// <exception cref="ApiException">There is no such key.</exception>
    public async Task<ApiKey> GetAsync(Guid id, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await context.Keys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == id, cancellation) ?? throw ApiException.NoKey(KeyId.Format(id));
    }

    /// <returns>The key as it is now. Every Gateway goes by it within seconds; what a quota has taken this month stays taken.</returns>
    /// <exception cref="ApiException">There is no such key.</exception>
    public Task<ApiKey> ChangeAsync(Guid id, Func<ApiKey, ApiKey> change, CancellationToken cancellation) => database.WriteAsync(async context =>
    {
        ApiKey key = await context.Keys.Where(key => key.Id == id).Lock().SingleOrDefaultAsync(cancellation) ?? throw ApiException.NoKey(KeyId.Format(id));
        ApiKey changed = change(key);
        changed = changed with { Expires = changed.Expires is { } end ? Job.Storable(end) : null };
        if (changed.Allowance.HasQuota && !key.Allowance.HasQuota)
        {
            // An account from before the time without a quota knows nothing of that time: the next job begins another, from all that was used.
            string owner = QuotaAccount.OfKey(id);
            await context.LockTenantAsync(key.Tenant, cancellation);
            await context.QuotaAccounts.Where(account => account.Owner == owner).ExecuteDeleteAsync(cancellation);
        }

        context.Entry(key).CurrentValues.SetValues(changed);
        return changed;
    }, cancellation);

    /// <returns>The key as it is now; one that was revoked before keeps the time of the first.</returns>
    /// <exception cref="ApiException">There is no such key.</exception>
    public Task<ApiKey> RevokeAsync(Guid id, CancellationToken cancellation) =>
        ChangeAsync(id, key => key with { Revoked = key.Revoked ?? Job.Storable(time.GetUtcNow()) }, cancellation);

    public async Task<bool> IsEmptyAsync(CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return !await context.Keys.AnyAsync(cancellation);
    }

    private ApiKey NewKey(string secret, KeyTerms terms)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            Hash = KeySecret.Hash(secret),
            Prefix = KeySecret.PrefixOf(secret),
            Tenant = terms.Tenant,
            Name = terms.Name,
            Scopes = terms.Scopes,
            Allowance = terms.Allowance,
            Created = Job.Storable(now),
            Expires = terms.Expires is { } end ? Job.Storable(end) : null,
        };
    }
}
