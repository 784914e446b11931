using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Changes to deliveries of which there may be millions: one statement for all of them would take longer than a command may, and hold all of them meanwhile.</summary>
internal static class DeliveryPortion
{
    public const int Most = 1000;

    /// <param name="database">Where.</param>
    /// <param name="which">All that are to be changed, in an order that an index has.</param>
    /// <param name="change">Takes some of them out of <paramref name="which"/>.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>How many were changed, in a transaction of their own; fewer than <see cref="Most"/> where no more are left, or others change them too.</returns>
    public static Task<int> ChangeAsync(
        Transactions database, Func<GatewayContext, IQueryable<WebhookDelivery>> which, Func<IQueryable<WebhookDelivery>, Task<int>> change, CancellationToken cancellation) =>
        database.WriteAsync(async context =>
        {
            // Locked first, without those that others have: two statements that change many would wait for each other, since they take rows in no order of their own.
            Guid[] some = await which(context).Take(Most).LockFree().Select(delivery => delivery.Id).ToArrayAsync(cancellation);
            return some.Length == 0 ? 0 : await change(context.WebhookDeliveries.Where(delivery => some.Contains(delivery.Id)));
        }, cancellation);
}
