using Limner.Gateway.Jobs;
using Limner.Gateway.Views;
using Limner.Gateway.Webhooks.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Which deliveries a list is to have.</summary>
internal sealed record DeliveryFilter(Guid? Endpoint, Guid? Job, DeliveryState? State, string? Type, Guid? Cursor, int Limit)
{
    private static readonly string[] Types = [.. EventName.All, EventName.Test];

    public static DeliveryFilter Parse(IQueryCollection query)
    {
        var fields = new QueryFields(query, "webhook", "job", "status", "type", "cursor", "limit");
        return new DeliveryFilter(
            fields.Read("webhook", WebhookId.Endpoint.Parse, "the id of a webhook"),
            fields.Read("job", JobId.Parse, "the id of a job"),
            fields.Choice<DeliveryState>("status"),
            fields.Word("type", Types),
            fields.Read("cursor", WebhookId.Delivery.Parse, "the next_cursor of another page"),
            fields.Limit());
    }

    public IQueryable<WebhookDelivery> Apply(IQueryable<WebhookDelivery> deliveries)
    {
        deliveries = Endpoint is { } endpoint ? deliveries.Where(delivery => delivery.EndpointId == endpoint) : deliveries;
        deliveries = Job is { } job ? deliveries.Where(delivery => delivery.JobId == job) : deliveries;
        deliveries = State is { } state ? deliveries.Where(delivery => delivery.State == EF.Constant(state)) : deliveries; // a constant, as in lists of jobs
        deliveries = Type is { } type ? deliveries.Where(delivery => delivery.Type == type) : deliveries;
        return Cursor is { } cursor ? deliveries.Where(delivery => delivery.Id.CompareTo(cursor) < 0) : deliveries;
    }
}
