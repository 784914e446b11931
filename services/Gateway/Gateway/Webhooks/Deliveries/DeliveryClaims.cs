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
internal sealed class DeliveryClaims(Transactions database, DueLanes due, Lanes lanes, IOptions<WebhookOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>Whether nothing is to be had by looking again at once.</summary>
    public bool IsRoundOver => due.IsRoundOver || lanes.Room == 0;

    /// <returns>What is to be sent now; each has entered its lane, and has to leave it.</returns>
    public async Task<IReadOnlyList<ClaimedDelivery>> TakeAsync(CancellationToken cancellation)
    {
        Guid[] found = lanes.Room == 0 ? [] : await due.LookAsync(time.GetUtcNow(), cancellation);
        var entered = new List<ClaimedDelivery>();
        try
        {
            return found.Length == 0 ? [] : await database.WriteAsync(context => ClaimAsync(context, found, entered, cancellation), cancellation);
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

    private async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(GatewayContext context, Guid[] found, List<ClaimedDelivery> entered, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        // Another Gateway may have been quicker.
        List<WebhookDelivery> free = await context.WebhookDeliveries.Where(delivery => found.Contains(delivery.Id) && delivery.Due <= now).LockFree().ToListAsync(cancellation);
        Guid[] endpointIds = [.. free.Select(delivery => delivery.EndpointId).OfType<Guid>().Distinct()];
        string[] tenants = [.. free.Where(delivery => delivery.EndpointId is null).Select(delivery => delivery.Tenant).Distinct()];
        Dictionary<Guid, WebhookEndpoint> endpoints = endpointIds.Length == 0 ? []
            : await context.WebhookEndpoints.AsNoTracking().Where(endpoint => endpointIds.Contains(endpoint.Id)).ToDictionaryAsync(endpoint => endpoint.Id, cancellation);
        Dictionary<string, WebhookAccount> accounts = tenants.Length == 0 ? []
            : await context.WebhookAccounts.AsNoTracking().Where(account => tenants.Contains(account.Tenant)).ToDictionaryAsync(account => account.Tenant, cancellation);
        foreach (WebhookDelivery delivery in free.OrderBy(delivery => Array.IndexOf(found, delivery.Id)))
        {
            if (Address(delivery, endpoints, accounts) is not { } claimed)
            {
                DeliveryLedger.Write(context, delivery, DeliveryMachine.GiveUp(delivery, "the endpoint was disabled", now));
            }
            else if (delivery.Type == EventName.JobProgress && now > delivery.Since + options.Value.LifeOf(delivery.Type))
            {
                DeliveryLedger.Write(context, delivery, DeliveryMachine.GiveUp(delivery, "it is no longer news", now));
            }
            else if (lanes.TryEnter(delivery, now))
            {
                WebhookDelivery begun = DeliveryMachine.Begin(delivery, options.Value.Timeout + Margin, now);
                context.Entry(delivery).CurrentValues.SetValues(begun);
                entered.Add(claimed with { Delivery = begun });
            }
        }

        return entered;
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
