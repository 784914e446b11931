using Limner.Gateway.Database;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.Gateway.Webhooks.Events;
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
            Write(context, delivery, isMoved ? DeliveryMachine.Move(after, endpoint!.Lane, now) : after);
        }

        return true;
    }, CancellationToken.None);

    /// <summary>Writes what became of one. Progress that was told, or is not going to be, is kept by nobody: there may be thousands for each job.</summary>
    public static void Write(GatewayContext context, WebhookDelivery before, WebhookDelivery after)
    {
        if (after is { Type: EventName.JobProgress, State: not DeliveryState.Pending })
        {
            context.Remove(before);
        }
        else
        {
            context.Entry(before).CurrentValues.SetValues(after);
        }
    }

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

    /// <summary>Nothing goes to this lane until then, from any Gateway. Of two that close it the later end is right.</summary>
    public Task CloseAsync(string lane, DateTimeOffset until) => database.WriteAsync(context => context.Database.ExecuteSqlRawAsync(
        """
        INSERT INTO webhook_lanes (lane, closed_until) VALUES ({0}, {1})
        ON CONFLICT (lane) DO UPDATE SET closed_until = excluded.closed_until WHERE excluded.closed_until > webhook_lanes.closed_until
        """, lane, context.Stored(until)), CancellationToken.None);

    /// <summary>The receiver is well again, unless another Gateway has closed the lane since.</summary>
    public async Task OpenAsync(string lane)
    {
        DateTimeOffset now = time.GetUtcNow();
        await database.WriteAsync(context => context.ClosedLanes.Where(closed => closed.Lane == lane && closed.ClosedUntil <= now).ExecuteDeleteAsync(), CancellationToken.None);
    }

    /// <summary>Ends what stands first in a closed lane and has been tried for long enough. What stands behind younger ones ends later, or by its own next attempt.</summary>
    public Task EndOldAsync(string lane)
    {
        DateTimeOffset now = time.GetUtcNow(), oldest = now - options.Value.GiveUpAfter;
        return ChangeAllAsync(
            database, context => context.WebhookDeliveries.Where(delivery => delivery.Lane == lane && delivery.Due != null).OrderBy(delivery => delivery.Due),
            some => EndAsync(some.Where(delivery => delivery.Since < oldest), "the receiver did not answer in the time it is tried", now), CancellationToken.None);
    }

    /// <summary>Ends what waits for an endpoint that was disabled. Whoever finds more of it ends that: it may be enabled again before this is done, and what came since is to go out.</summary>
    public static Task GiveUpAsync(Transactions database, Guid endpoint, DateTimeOffset since, CancellationToken cancellation) => ChangeAllAsync(
        database,
        // That what is pending is due at some time is said to the database too: it has an index of what is due of an endpoint, in no further order.
        context => context.WebhookDeliveries.Where(delivery => delivery.EndpointId == endpoint && delivery.Due != null && !delivery.IsSending && delivery.Created <= since)
            .OrderBy(delivery => delivery.EndpointId),
        some => EndAsync(some, "the endpoint was disabled", since), cancellation);

    /// <summary>
    /// What waits for an endpoint whose address has changed goes there now, as if nothing had failed. What is taken up before it was moved goes there too, since
    /// whoever takes it up asks the endpoint where to.
    /// </summary>
    public static async Task MoveAsync(Transactions database, WebhookEndpoint endpoint, DateTimeOffset now, CancellationToken cancellation)
    {
        string lane = endpoint.Lane;
        foreach (string old in await ReadLanesAsync(database, endpoint.Id, cancellation))
        {
            // What is replayed or tested in its own lane beside this one is there already.
            while (old != lane && !old.StartsWith($"{lane} ", StringComparison.Ordinal) && await DeliveryPortion.ChangeAsync(
                database, context => context.WebhookDeliveries.Where(delivery => delivery.Lane == old && delivery.Due != null && !delivery.IsSending).OrderBy(delivery => delivery.Due),
                some => StillWaiting(some).ExecuteUpdateAsync(
                    set => set.SetProperty(delivery => delivery.Lane, lane).SetProperty(delivery => delivery.Due, now).SetProperty(delivery => delivery.Failures, 0), cancellation),
                cancellation) > 0)
            {
            }
        }
    }

    private static async Task<string[]> ReadLanesAsync(Transactions database, Guid endpoint, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await context.WebhookDeliveries.Where(delivery => delivery.EndpointId == endpoint && delivery.Due != null).Select(delivery => delivery.Lane).Distinct().ToArrayAsync(cancellation);
    }

    private static async Task ChangeAllAsync(
        Transactions database, Func<GatewayContext, IQueryable<WebhookDelivery>> which, Func<IQueryable<WebhookDelivery>, Task<int>> change, CancellationToken cancellation)
    {
        while (await DeliveryPortion.ChangeAsync(database, which, change, cancellation) >= DeliveryPortion.Most)
        {
        }
    }

    // Asked of each row once more when it is written: between the choice of a portion and that, one may have been taken up, and sent.
    private static IQueryable<WebhookDelivery> StillWaiting(IQueryable<WebhookDelivery> deliveries) =>
        deliveries.Where(delivery => delivery.State == DeliveryState.Pending && !delivery.IsSending);

    private static async Task<int> EndAsync(IQueryable<WebhookDelivery> deliveries, string reason, DateTimeOffset now)
    {
        int forgotten = await StillWaiting(deliveries).Where(delivery => delivery.Type == EventName.JobProgress).ExecuteDeleteAsync();
        return forgotten + await StillWaiting(deliveries).ExecuteUpdateAsync(set => set
            .SetProperty(delivery => delivery.State, DeliveryState.Failed)
            .SetProperty(delivery => delivery.Due, (DateTimeOffset?)null)
            .SetProperty(delivery => delivery.Finished, now)
            .SetProperty(delivery => delivery.Reason, reason));
    }
}
