using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Webhooks.Signing;

/// <summary>The rows of <see cref="WebhookAccount"/>.</summary>
internal sealed class AccountDirectory(Transactions database, SigningSecrets secrets, TimeProvider time)
{
    public async Task<AccountView> ViewAsync(string tenant, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        WebhookAccount? account = await context.WebhookAccounts.AsNoTracking().SingleOrDefaultAsync(account => account.Tenant == tenant, cancellation);
        return new AccountView(SecretView.Of(account?.Secrets ?? [], time.GetUtcNow()), null);
    }

    /// <summary>Makes the tenant's secret, or replaces it; there has to be a row.</summary>
    public async Task<AccountView> RotateAsync(GatewayContext context, string tenant, TimeSpan overlap, CancellationToken cancellation)
    {
        WebhookAccount account = await LockAsync(context, tenant, cancellation);
        DateTimeOffset now = time.GetUtcNow();
        (string shown, IReadOnlyList<SealedSecret> kept) = secrets.Renew(account.Secrets, account.Owner, overlap, now);
        context.Entry(account).CurrentValues.SetValues(account with { Secrets = kept });
        return new AccountView(SecretView.Of(kept, now), shown);
    }

    /// <summary>Sees to it that there is a row to lock, and a key to keep secrets under.</summary>
    public async Task EnsureAsync(string tenant, CancellationToken cancellation)
    {
        secrets.RefuseIfNotConfigured();
        try
        {
            await database.WriteAsync(async context =>
            {
                if (!await context.WebhookAccounts.AnyAsync(account => account.Tenant == tenant, cancellation))
                {
                    context.Add(new WebhookAccount(tenant));
                }

                return true;
            }, cancellation);
        }
        catch (DbUpdateException twice) when (DatabaseFaults.IsDuplicate(twice))
        {
            // Somebody else's request was quicker.
        }
    }

    public static Task<WebhookAccount> LockAsync(GatewayContext context, string tenant, CancellationToken cancellation) =>
        context.WebhookAccounts.Where(account => account.Tenant == tenant).Lock().SingleAsync(cancellation);
}
