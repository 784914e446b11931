using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Webhooks.Signing;
using Limner.ServiceDefaults.Outbound;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Webhooks;

/// <summary>The <c>webhook_url</c> of a job: it is signed with the tenant's own secret, so there has to be one.</summary>
internal sealed class JobCallbacks(Transactions database, SigningSecrets secrets, AddressPolicy policy)
{
    private const string Field = "webhook_url";

    /// <exception cref="ApiException">The address cannot be called, or nothing could sign the call.</exception>
    public async Task RefuseIfUnfitAsync(string? url, string tenant, CancellationToken cancellation)
    {
        if (url is null)
        {
            return;
        }

        CallbackUrl.RefuseIfUnfit(url, Field, policy);
        secrets.RefuseIfNotConfigured();
        await using GatewayContext context = database.Read();
        WebhookAccount? account = await context.WebhookAccounts.AsNoTracking().SingleOrDefaultAsync(account => account.Tenant == tenant, cancellation);
        if (account is null or { Secrets: [] })
        {
            throw ApiException.Invalid(
                ErrorCode.SigningSecretMissing, Field, $"{Field} is signed with your signing secret, and you have none; make one with POST /v1/webhooks/signing_secret/rotate.");
        }
    }
}
