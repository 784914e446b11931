using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Forgets deliveries that ended long ago.</summary>
internal sealed class DeliverySweep(Transactions database, IOptions<WebhookOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 1000;

    /// <returns>How many were forgotten.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        DateTimeOffset end = time.GetUtcNow() - options.Value.KeepDeliveries;
        int forgotten = 0, found;
        do
        {
            found = await database.WriteAsync(context => context.WebhookDeliveries
                .Where(delivery => context.WebhookDeliveries.Where(old => old.Finished < end).OrderBy(old => old.Finished).Take(MostAtOnce).Select(old => old.Id).Contains(delivery.Id))
                .ExecuteDeleteAsync(cancellation), cancellation);
            forgotten += found;
        }
        while (found == MostAtOnce);
        return forgotten;
    }
}
