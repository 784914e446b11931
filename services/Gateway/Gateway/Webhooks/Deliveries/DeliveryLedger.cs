using Limner.Gateway.Database;
using Limner.Gateway.Webhooks.Endpoints;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Writes down what became of attempts, and what follows for others.</summary>
internal sealed class DeliveryLedger(Transactions database, IOptions<WebhookOptions> options, TimeProvider time)
{
    public Task<bool> RecordAsync(WebhookDelivery sent, DeliveryAttempt made) => database.WriteAsync(async context =>
    {
        // The endpoint before its deliveries, as everybody locks them who changes both.
        WebhookEndpoint? endpoint = made.Succeeded ? null : await context.WebhookEndpoints.Where(endpoint => endpoint.Id == sent.EndpointId).Lock().SingleOrDefaultAsync();
        // Gone with its endpoint meanwhile, maybe.
        if (await context.WebhookDeliveries.Where(delivery => delivery.Id == sent.Id).Lock().SingleOrDefaultAsync() is { } delivery)
        {
            DateTimeOffset now = time.GetUtcNow();
            WebhookDelivery after = DeliveryMachine.End(delivery, sent.Attempts, made, options.Value, now);
            // What an address answers that has been given up meanwhile says nothing of the one in its place.
            bool isMoved = delivery.State == DeliveryState.Pending && !after.IsSending && endpoint is { Enabled: true } && endpoint.Url != made.Url;
            context.Entry(delivery).CurrentValues.SetValues(isMoved ? DeliveryMachine.Move(after, endpoint!.Lane, now) : after);
        }

        return true;
    }, CancellationToken.None);

    /// <summary>The receiver wants no more: nothing goes to this endpoint until its owner enables it again, unless that receiver is no longer its own.</summary>
    public async Task DisableAsync(Guid id, string url)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool disabled = await database.WriteAsync(async context =>
        {
            if (await context.WebhookEndpoints.Where(endpoint => endpoint.Id == id).Lock().SingleOrDefaultAsync() is not { Enabled: true } endpoint || endpoint.Url != url)
            {
                return false;
            }

            context.Entry(endpoint).CurrentValues.SetValues(endpoint with { Enabled = false, DisabledReason = WebhookEndpoint.Gone, Updated = now });
            return true;
        }, CancellationToken.None);
        if (disabled)
        {
            await GiveUpAsync(database, id, now, CancellationToken.None);
        }
    }

    /// <summary>Puts off what waits for a closed lane, so that its times are true, here and for other Gateways; what was tried long enough ends.</summary>
    public async Task PutOffAsync(string lane, DateTimeOffset until)
    {
        DateTimeOffset now = time.GetUtcNow(), oldest = now - options.Value.GiveUpAfter;
        IQueryable<WebhookDelivery> Waiting(GatewayContext context) => context.WebhookDeliveries.Where(delivery => delivery.Lane == lane && delivery.Due < until && !delivery.IsSending);
        await ChangeAllAsync(
            database, context => Waiting(context).Where(delivery => delivery.Since < oldest), some => EndAsync(some, "the receiver did not answer in the time it is tried", now), CancellationToken.None);
        await ChangeAllAsync(
            database, context => Waiting(context).Where(delivery => delivery.Since >= oldest), some => some.ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.Due, until)), CancellationToken.None);
    }

    /// <summary>Ends what waits for an endpoint that was disabled. Whoever finds more of it ends that: it may be enabled again before this is done, and what came since is to go out.</summary>
    public static Task GiveUpAsync(Transactions database, Guid endpoint, DateTimeOffset since, CancellationToken cancellation) => ChangeAllAsync(
        database,
        // That what is pending is due at some time is said to the database too: it has an index of what is due.
        context => context.WebhookDeliveries.Where(delivery =>
            delivery.EndpointId == endpoint && delivery.Due != null && delivery.State == DeliveryState.Pending && !delivery.IsSending && delivery.Created <= since),
        some => EndAsync(some, "the endpoint was disabled", since), cancellation);

    /// <summary>
    /// What waits for an endpoint whose address has changed goes there now, as if nothing had failed. What is not reached, should the process end meanwhile, goes there too, when it is due:
    /// a claim takes the address from the endpoint.
    /// </summary>
    public static async Task MoveAsync(Transactions database, WebhookEndpoint endpoint, DateTimeOffset now, CancellationToken cancellation)
    {
        (Guid id, int revision, string lane) = (endpoint.Id, endpoint.Revision, endpoint.Lane);
        // Whoever changes the address once more takes the rest to where that leads.
        IQueryable<WebhookDelivery> Elsewhere(GatewayContext context) => context.WebhookDeliveries.Where(delivery =>
            delivery.EndpointId == id && delivery.Due != null && delivery.State == DeliveryState.Pending && !delivery.IsSending && delivery.Lane != lane
            && context.WebhookEndpoints.Any(known => known.Id == id && known.Revision == revision));
        while (await DeliveryPortion.ChangeAsync(
            database, context => Elsewhere(context).OrderBy(delivery => delivery.Due).Lock(),
            some => some.ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.Lane, lane).SetProperty(delivery => delivery.Due, now).SetProperty(delivery => delivery.Failures, 0), cancellation),
            cancellation) > 0)
        {
        }
    }

    private static async Task ChangeAllAsync(
        Transactions database, Func<GatewayContext, IQueryable<WebhookDelivery>> which, Func<IQueryable<WebhookDelivery>, Task<int>> change, CancellationToken cancellation)
    {
        while (await DeliveryPortion.ChangeAsync(database, context => which(context).OrderBy(delivery => delivery.Due).LockFree(), change, cancellation) == DeliveryPortion.Most)
        {
        }
    }

    private static Task<int> EndAsync(IQueryable<WebhookDelivery> deliveries, string reason, DateTimeOffset now) => deliveries.ExecuteUpdateAsync(set => set
        .SetProperty(delivery => delivery.State, DeliveryState.Failed)
        .SetProperty(delivery => delivery.Due, (DateTimeOffset?)null)
        .SetProperty(delivery => delivery.Finished, now)
        .SetProperty(delivery => delivery.Reason, reason));
}
