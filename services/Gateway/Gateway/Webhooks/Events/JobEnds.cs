using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Views;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Webhooks.Events;

/// <summary>The deliveries that a job's end makes: written in its transaction, so that an end without them, or they without it, cannot be.</summary>
internal static class JobEnds
{
    public static async Task WriteAsync(GatewayContext context, Job ended, CancellationToken cancellation)
    {
        WebhookEvents what = ended.State switch
        {
            JobState.Completed => WebhookEvents.JobCompleted,
            JobState.Failed => WebhookEvents.JobFailed,
            _ => WebhookEvents.JobCancelled,
        };
        WebhookEndpoint[] endpoints = await context.WebhookEndpoints.AsNoTracking()
            .Where(endpoint => endpoint.Tenant == ended.Tenant && endpoint.Enabled && (endpoint.Events & what) != WebhookEvents.None).ToArrayAsync(cancellation);
        if (endpoints.Length == 0 && ended.WebhookUrl is null)
        {
            return;
        }

        // As the database keeps it: what is told is what is shown later.
        DateTimeOffset now = ended.Finished!.Value.AddTicks(-(ended.Finished.Value.Ticks % TimeSpan.TicksPerMicrosecond));
        string type = EventName.Of(what);
        var told = new WebhookEvent(Guid.CreateVersion7(now), ended.Tenant, type, new EventPayload<JobView>(type, now, JobView.Of(ended with { Finished = now })).Write(), ended.Id);
        context.AddRange(endpoints.Select(endpoint => WebhookDelivery.To(endpoint.Id, endpoint.Lane, told, now)));
        if (ended.WebhookUrl is { } url)
        {
            context.Add(WebhookDelivery.To(new Uri(url), told, now));
        }
    }
}
