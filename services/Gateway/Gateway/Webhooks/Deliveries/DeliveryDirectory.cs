using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Webhooks.Endpoints;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Looking at deliveries, and sending them again. The tenant stands in every query.</summary>
internal sealed class DeliveryDirectory(Transactions database, DeliverySignal signal, TimeProvider time)
{
    public async Task<DeliveryPage> ListAsync(string tenant, DeliveryFilter filter, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        List<WebhookDelivery> deliveries = await filter.Apply(context.WebhookDeliveries.AsNoTracking().Where(delivery => delivery.Tenant == tenant))
            .OrderByDescending(delivery => delivery.Id).Take(filter.Limit + 1).ToListAsync(cancellation);
        Dictionary<string, DateTimeOffset> closed = await ClosedLane.OfAsync(context, deliveries, cancellation);
        bool more = deliveries.Count > filter.Limit;
        Dictionary<Guid, string> urls = await context.WebhookEndpoints.Where(endpoint => endpoint.Tenant == tenant).ToDictionaryAsync(endpoint => endpoint.Id, endpoint => endpoint.Url, cancellation);
        DeliveryView[] page = [.. deliveries.Take(filter.Limit).Select(delivery => DeliveryView.Of(delivery, Url(delivery, urls), closed))];
        return new DeliveryPage(page, more, more ? page[^1].Id : null);
    }

    public async Task<DeliveryView> GetAsync(string tenant, string id, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        WebhookDelivery delivery = await FindAsync(context.WebhookDeliveries.AsNoTracking(), tenant, id, cancellation);
        string? url = await context.WebhookEndpoints.Where(endpoint => endpoint.Id == delivery.EndpointId).Select(endpoint => endpoint.Url).SingleOrDefaultAsync(cancellation);
        return DeliveryView.Of(delivery, url, await ClosedLane.OfAsync(context, [delivery], cancellation)) with { Payload = JsonNode.Parse(delivery.Payload) };
    }

    /// <summary>Sends it again, with the same id and body. Asked for twice, it is sent once: what is to be sent already stays as it is.</summary>
    public async Task<DeliveryView> ReplayAsync(string tenant, string id, CancellationToken cancellation)
    {
        DeliveryView view = await database.WriteAsync(async context =>
        {
            WebhookDelivery delivery = await FindAsync(context.WebhookDeliveries.Lock(), tenant, id, cancellation);
            WebhookEndpoint? endpoint = await context.WebhookEndpoints.AsNoTracking().SingleOrDefaultAsync(endpoint => endpoint.Id == delivery.EndpointId, cancellation);
            if (endpoint is { Enabled: false })
            {
                throw ApiException.WebhookDisabled(WebhookId.Endpoint.Format(endpoint.Id));
            }

            WebhookDelivery again = DeliveryMachine.Replay(delivery, endpoint?.Lane ?? delivery.Lane, time.GetUtcNow());
            context.Entry(delivery).CurrentValues.SetValues(again);
            return DeliveryView.Of(again, endpoint?.Url, await ClosedLane.OfAsync(context, [again], cancellation));
        }, cancellation);
        signal.Raise();
        return view;
    }

    private static async Task<WebhookDelivery> FindAsync(IQueryable<WebhookDelivery> deliveries, string tenant, string id, CancellationToken cancellation) =>
        (WebhookId.Delivery.Parse(id) is { } known ? await deliveries.SingleOrDefaultAsync(delivery => delivery.Id == known && delivery.Tenant == tenant, cancellation) : null)
        ?? throw ApiException.NoDelivery(id);

    private static string? Url(WebhookDelivery delivery, Dictionary<Guid, string> urls) => delivery.EndpointId is { } endpoint ? urls.GetValueOrDefault(endpoint) : null;
}
