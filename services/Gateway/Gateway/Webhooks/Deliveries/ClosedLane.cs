using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>A lane in which nothing is sent for a while, whichever Gateway has found that out. What waits in it stays as it is, however much it is.</summary>
internal sealed record ClosedLane(string Lane, DateTimeOffset ClosedUntil)
{
    /// <summary>Until when the lanes of these deliveries are closed, as far as they are.</summary>
    public static async Task<Dictionary<string, DateTimeOffset>> OfAsync(GatewayContext context, IEnumerable<WebhookDelivery> deliveries, CancellationToken cancellation)
    {
        string[] lanes = [.. deliveries.Where(delivery => delivery.Due is not null).Select(delivery => delivery.Lane).Distinct()];
        return lanes.Length == 0 ? []
            : await context.ClosedLanes.AsNoTracking().Where(closed => lanes.Contains(closed.Lane)).ToDictionaryAsync(closed => closed.Lane, closed => closed.ClosedUntil, cancellation);
    }
}
