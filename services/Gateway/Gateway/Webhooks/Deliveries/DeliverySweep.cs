using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Forgets deliveries that ended long ago.</summary>
internal sealed class DeliverySweep(Transactions database, IOptions<WebhookOptions> options, TimeProvider time)
{
    /// <returns>How many were forgotten.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        DateTimeOffset end = time.GetUtcNow() - options.Value.KeepDeliveries;
        int forgotten = 0, found;
        do
        {
            found = await DeliveryPortion.ChangeAsync(
                database, context => context.WebhookDeliveries.Where(delivery => delivery.Finished < end).OrderBy(delivery => delivery.Finished).LockFree(), some => some.ExecuteDeleteAsync(cancellation), cancellation);
            forgotten += found;
        }
        while (found == DeliveryPortion.Most);
        return forgotten;
    }
}
