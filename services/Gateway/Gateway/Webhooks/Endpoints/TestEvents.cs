using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Events;

namespace Limner.Gateway.Webhooks.Endpoints;

/// <summary>Sends an endpoint an event that means nothing: once, and past a pause that its failures have earned.</summary>
internal sealed class TestEvents(Transactions database, DeliverySignal signal, TimeProvider time)
{
    private const string Lane = " test";

    public async Task<DeliveryView> SendAsync(string tenant, string id, CancellationToken cancellation)
    {
        DeliveryView sent = await database.WriteAsync(async context =>
        {
            WebhookEndpoint endpoint = await EndpointDirectory.FindAsync(context.WebhookEndpoints, tenant, id, cancellation);
            if (!endpoint.Enabled)
            {
                throw ApiException.WebhookDisabled(id);
            }

            DateTimeOffset now = time.GetUtcNow();
            var payload = new EventPayload<TestData>(EventName.Test, now, new TestData(id));
            var told = new WebhookEvent(Guid.CreateVersion7(now), tenant, EventName.Test, payload.Write(), null);
            WebhookDelivery delivery = WebhookDelivery.To(endpoint.Id, endpoint.Lane + Lane, told, now);
            context.Add(delivery);
            return DeliveryView.Of(delivery, endpoint.Url, await ClosedLane.OfAsync(context, [delivery], cancellation));
        }, cancellation);
        signal.Raise();
        return sent;
    }

    private sealed record TestData(string WebhookId);
}
