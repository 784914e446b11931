using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Views;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.ServiceDefaults.Progress;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Webhooks.Events;

/// <summary>Writes the deliveries that an event makes into the transaction that it is in.</summary>
internal static class EventOutbox
{
    /// <summary>A job's end: one without its deliveries, or they without it, cannot be.</summary>
    public static async Task WriteEndAsync(GatewayContext context, Job ended, CancellationToken cancellation)
    {
        WebhookEvents what = ended.State switch
        {
            JobState.Completed => WebhookEvents.JobCompleted,
            JobState.Failed => WebhookEvents.JobFailed,
            _ => WebhookEvents.JobCancelled,
        };
        IReadOnlyList<WebhookEndpoint> endpoints = await FindAsync(context, ended.Tenant, what, cancellation);
        if (endpoints.Count > 0 || ended.WebhookUrl is not null)
        {
            Job kept = ended with { Started = AsKept(ended.Started), Finished = AsKept(ended.Finished) };
            Write(context, ended, what, endpoints, ended.WebhookUrl, JobView.Of(kept), kept.Finished!.Value);
        }
    }

    /// <summary>How far a job is, for those who asked for it.</summary>
    public static async Task WriteProgressAsync(GatewayContext context, Job job, JobProgress progress, DateTimeOffset now, CancellationToken cancellation)
    {
        IReadOnlyList<WebhookEndpoint> endpoints = await FindAsync(context, job.Tenant, WebhookEvents.JobProgress, cancellation);
        if (endpoints.Count > 0)
        {
            var view = new ProgressData(JobId.Format(job.Id), progress.Candidate, progress.Stage, progress.Step, progress.Steps);
            Write(context, job, WebhookEvents.JobProgress, endpoints, null, view, now);
        }
    }

    /// <summary>As finely as the databases keep it: what is told is what is shown later.</summary>
    private static DateTimeOffset? AsKept(DateTimeOffset? time) => time?.AddTicks(-(time.Value.Ticks % TimeSpan.TicksPerMicrosecond));

    private static async Task<IReadOnlyList<WebhookEndpoint>> FindAsync(GatewayContext context, string tenant, WebhookEvents what, CancellationToken cancellation)
    {
        if (!context.FoundEndpoints.TryGetValue(tenant, out IReadOnlyList<WebhookEndpoint>? all))
        {
            all = await context.WebhookEndpoints.AsNoTracking().Where(endpoint => endpoint.Tenant == tenant && endpoint.Enabled).ToListAsync(cancellation);
            context.FoundEndpoints[tenant] = all;
        }

        return [.. all.Where(endpoint => (endpoint.Events & what) != WebhookEvents.None)];
    }

    private static void Write<TData>(
        GatewayContext context, Job job, WebhookEvents what, IReadOnlyList<WebhookEndpoint> endpoints, string? url, TData data, DateTimeOffset now)
    {
        string type = EventName.Of(what);
        var told = new WebhookEvent(Guid.CreateVersion7(now), job.Tenant, type, new EventPayload<TData>(type, now, data).Write(), job.Id);
        context.AddRange(endpoints.Select(endpoint => WebhookDelivery.To(endpoint.Id, endpoint.Lane, told, now)));
        if (url is not null)
        {
            context.Add(WebhookDelivery.To(new Uri(url), told, now));
        }
    }
}
