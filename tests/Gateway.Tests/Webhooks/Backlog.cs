using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Webhooks;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.Gateway.Webhooks.Events;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Webhooks;

/// <summary>What waits for an endpoint, written without the jobs that it tells of.</summary>
internal static class Backlog
{
    public static async Task<WebhookEndpoint> NewEndpointAsync(Transactions database, string tenant, DateTimeOffset now, string url = "https://example.org/")
    {
        var endpoint = new WebhookEndpoint { Id = Guid.CreateVersion7(now), Tenant = tenant, Url = url, Events = WebhookEvents.AllEnds, Secrets = [], Created = now, Updated = now };
        await database.WriteAsync(context => Task.FromResult(context.Add(endpoint)), TestContext.Current.CancellationToken);
        return endpoint;
    }

    public static async Task WriteAsync(Transactions database, Guid endpoint, string lane, string tenant, int count, DateTimeOffset due, string type = "job.completed")
    {
        foreach (int[] some in Enumerable.Range(0, count).Chunk(5000))
        {
            await database.WriteAsync(
                context =>
                {
                    context.AddRange(some.Select(i => WebhookDelivery.To(endpoint, lane, new WebhookEvent(Guid.NewGuid(), tenant, type, "{}", null), due.AddMicroseconds(i))));
                    return Task.FromResult(true);
                },
                TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The claims of a Gateway that has just started.</summary>
    public static (DeliveryClaims Claims, Lanes Lanes) Claims(Transactions database, TimeProvider time, int atOnce = 256)
    {
        IOptions<WebhookOptions> options = Options.Create(new WebhookOptions { EncryptionKeys = RunningGateway.WebhookKey, MaxConcurrency = atOnce });
        var lanes = new Lanes(options);
        return (new DeliveryClaims(database, new DueLanes(database, lanes, options), lanes, options, time), lanes);
    }
}
