using Limner.Gateway.Database;
using Limner.Gateway.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Counts the deliveries that are not over, where somebody wants to know.</summary>
internal sealed class DeliveryGauge(Transactions database, GatewayMetrics metrics, TimeProvider time)
{
    public async Task MeasureAsync(CancellationToken cancellation)
    {
        if (!metrics.WantsDeliveries)
        {
            return;
        }

        await using GatewayContext context = database.Read();
        // Both from an index of what is due. While one is sent it is due when its lease ends: only a sender that died leaves it beyond that. What a receiver
        // in trouble is owed waits for him, not for a Gateway.
        DateTimeOffset now = time.GetUtcNow();
        IQueryable<WebhookDelivery> pending = context.WebhookDeliveries.Where(delivery => delivery.Due != null);
        metrics.Delivering(await pending.CountAsync(cancellation), await pending.CountAsync(delivery => delivery.Due <= now && !context.ClosedLanes.Any(closed => closed.Lane == delivery.Lane), cancellation));
    }
}
