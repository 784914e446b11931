using Limner.Gateway.Database;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.Gateway.Webhooks.Events;
using Limner.Gateway.Webhooks.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>
/// Takes up deliveries that are due. A claim is a lease in the row, committed before anything is sent: no lock is held while a receiver takes his time, and
/// what a Gateway that dies leaves is taken up when the lease is over.
/// </summary>
internal sealed class DeliveryClaims(Transactions database, Lanes lanes, IOptions<WebhookOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 64;

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <returns>What is to be sent now; each has entered its lane, and has to leave it.</returns>
    public async Task<IReadOnlyList<ClaimedDelivery>> TakeAsync(CancellationToken cancellation)
    {
        var taken = new List<ClaimedDelivery>();
        int found = MostAtOnce;
        // One receiver's backlog can fill a whole look at the table; the next look leaves it out.
        while (found == MostAtOnce && !lanes.IsFull)
        {
            try
            {
                found = await TakeAsync(taken, cancellation);
            }
            catch when (taken.Count > 0)
            {
                // What is claimed is sent: it would hold its places in the lanes for ever. A fault that lasts comes again at the next look.
                break;
            }
        }

        return taken;
    }

    private async Task<int> TakeAsync(List<ClaimedDelivery> taken, CancellationToken cancellation)
    {
        var entered = new List<ClaimedDelivery>();
        try
        {
            int found = await database.WriteAsync(context => ClaimAsync(context, entered, cancellation), cancellation);
            taken.AddRange(entered);
            return found;
        }
        catch
        {
            foreach (ClaimedDelivery claimed in entered)
            {
                lanes.Leave(claimed.Delivery, null, time.GetUtcNow());
            }

            throw;
        }
    }

    private async Task<int> ClaimAsync(GatewayContext context, List<ClaimedDelivery> entered, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        (string[] busy, string[] busyTenants) = lanes.Busy(now);
        List<WebhookDelivery> due = await context.WebhookDeliveries
            .Where(delivery => delivery.Due <= now && !busy.Contains(delivery.Lane) && !busyTenants.Contains(delivery.Tenant))
            .OrderBy(delivery => delivery.Due).Take(MostAtOnce).LockFree().ToListAsync(cancellation);
        Guid[] endpointIds = [.. due.Select(delivery => delivery.EndpointId).OfType<Guid>().Distinct()];
        string[] tenants = [.. due.Where(delivery => delivery.EndpointId is null).Select(delivery => delivery.Tenant).Distinct()];
        Dictionary<Guid, WebhookEndpoint> endpoints = endpointIds.Length == 0 ? []
            : await context.WebhookEndpoints.AsNoTracking().Where(endpoint => endpointIds.Contains(endpoint.Id)).ToDictionaryAsync(endpoint => endpoint.Id, cancellation);
        Dictionary<string, WebhookAccount> accounts = tenants.Length == 0 ? []
            : await context.WebhookAccounts.AsNoTracking().Where(account => tenants.Contains(account.Tenant)).ToDictionaryAsync(account => account.Tenant, cancellation);
        foreach (WebhookDelivery delivery in due)
        {
            if (Address(delivery, endpoints, accounts) is not { } claimed)
            {
                context.Entry(delivery).CurrentValues.SetValues(DeliveryMachine.GiveUp(delivery, "the endpoint was disabled", now));
            }
            else if (delivery.Type == EventName.JobProgress && now > delivery.Since + options.Value.LifeOf(delivery.Type))
            {
                context.Entry(delivery).CurrentValues.SetValues(DeliveryMachine.GiveUp(delivery, "it is no longer news", now));
            }
            else if (lanes.TryEnter(delivery, now))
            {
                WebhookDelivery begun = DeliveryMachine.Begin(delivery, options.Value.Timeout + Margin, now);
                context.Entry(delivery).CurrentValues.SetValues(begun);
                entered.Add(claimed with { Delivery = begun });
            }
        }

        return due.Count;
    }

    private static ClaimedDelivery? Address(
        WebhookDelivery delivery, Dictionary<Guid, WebhookEndpoint> endpoints, Dictionary<string, WebhookAccount> accounts)
    {
        if (delivery.EndpointId is { } id)
        {
            return endpoints.GetValueOrDefault(id) is { Enabled: true } endpoint ? new ClaimedDelivery(delivery, endpoint.Url, endpoint.Secrets, endpoint.Owner) : null;
        }

        return accounts.GetValueOrDefault(delivery.Tenant) is { } account ? new ClaimedDelivery(delivery, delivery.Url!, account.Secrets, account.Owner) : null;
    }
}
