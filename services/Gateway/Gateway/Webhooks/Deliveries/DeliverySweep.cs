using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Forgets deliveries that ended long ago, and lanes that were closed and have not been tried since.</summary>
internal sealed class DeliverySweep(Transactions database, IOptions<WebhookOptions> options, TimeProvider time)
{
    private static readonly TimeSpan KeepLanes = TimeSpan.FromDays(1);

    /// <returns>How many deliveries were forgotten.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow(), end = now - options.Value.KeepDeliveries, opened = now - KeepLanes;
        await database.WriteAsync(context => context.ClosedLanes.Where(closed => closed.ClosedUntil < opened).ExecuteDeleteAsync(cancellation), cancellation);
        int forgotten = 0, found;
        do
        {
            found = await DeliveryPortion.ChangeAsync(
                database, context => context.WebhookDeliveries.Where(delivery => delivery.Finished < end).OrderBy(delivery => delivery.Finished), some => some.ExecuteDeleteAsync(cancellation), cancellation);
            forgotten += found;
        }
        while (found == DeliveryPortion.Most);
        return forgotten;
    }
}
