using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Events;
using Limner.Gateway.Webhooks.Signing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Endpoints;

/// <summary>The rows of <see cref="WebhookEndpoint"/>. The tenant stands in every query: another's is not found rather than forbidden.</summary>
internal sealed class EndpointDirectory(
    Transactions database, SigningSecrets secrets, DeliverySignal signal, IOptions<WebhookOptions> options, TimeProvider time)
{
    /// <summary>Makes one; the tenant's account has to be there.</summary>
    public async Task<EndpointView> CreateAsync(GatewayContext context, string tenant, EndpointSettings asked, CancellationToken cancellation)
    {
        // Held until the new row is there: of two at once, the second counts the first.
        await AccountDirectory.LockAsync(context, tenant, cancellation);
        if (await context.WebhookEndpoints.CountAsync(endpoint => endpoint.Tenant == tenant, cancellation) >= options.Value.MaxEndpoints)
        {
            throw new ApiException(
                StatusCodes.Status409Conflict, ErrorCode.WebhookLimitReached, $"You have {options.Value.MaxEndpoints} webhooks, and no more are kept; delete one first.");
        }

        DateTimeOffset now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        (string shown, IReadOnlyList<SealedSecret> kept) = secrets.Renew([], WebhookEndpoint.OwnerOf(id), TimeSpan.Zero, now);
        var endpoint = new WebhookEndpoint
        {
            Id = id,
            Tenant = tenant,
            Url = asked.Url ?? throw ApiException.Invalid(ErrorCode.MissingParameter, "url", "url is missing; say where to send events."),
            Events = asked.Events ?? WebhookEvents.AllEnds,
            Enabled = asked.Enabled ?? true,
            Secrets = kept,
            Created = now,
            Updated = now,
        };
        context.Add(endpoint);
        return EndpointView.Of(endpoint, now) with { Secret = shown };
    }

    public async Task<IReadOnlyList<EndpointView>> ListAsync(string tenant, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        DateTimeOffset now = time.GetUtcNow();
        return [.. (await context.WebhookEndpoints.AsNoTracking().Where(endpoint => endpoint.Tenant == tenant).OrderBy(endpoint => endpoint.Id).ToListAsync(cancellation))
            .Select(endpoint => EndpointView.Of(endpoint, now))];
    }

    public async Task<EndpointView> GetAsync(string tenant, string id, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return EndpointView.Of(await FindAsync(context.WebhookEndpoints.AsNoTracking(), tenant, id, cancellation), time.GetUtcNow());
    }

    public async Task<EndpointView> ChangeAsync(string tenant, string id, EndpointSettings asked, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        WebhookEndpoint changed = await database.WriteAsync(async context =>
        {
            WebhookEndpoint endpoint = await FindAsync(context.WebhookEndpoints.Lock(), tenant, id, cancellation);
            WebhookEndpoint changed = endpoint with
            {
                Url = asked.Url ?? endpoint.Url,
                Events = asked.Events ?? endpoint.Events,
                Enabled = asked.Enabled ?? endpoint.Enabled,
                DisabledReason = asked.Enabled is null ? endpoint.DisabledReason : null,
                Updated = now,
            };
            if (changed.Url != endpoint.Url || (changed.Enabled && !endpoint.Enabled))
            {
                changed = changed with { Revision = endpoint.Revision + 1 };
            }

            context.Entry(endpoint).CurrentValues.SetValues(changed);
            return changed;
        }, cancellation);
        if (!changed.Enabled)
        {
            await DeliveryLedger.GiveUpAsync(database, changed.Id, now, cancellation);
        }
        else if (asked.Url is not null || asked.Enabled is not null)
        {
            // Also where nothing has changed: whoever was broken off in the middle asks again.
            await DeliveryLedger.MoveAsync(database, changed, now, cancellation);
        }

        signal.Raise();
        return EndpointView.Of(changed, now);
    }

    public async Task<EndpointView> RotateAsync(GatewayContext context, string tenant, string id, TimeSpan overlap, CancellationToken cancellation)
    {
        secrets.RefuseIfNotConfigured();
        WebhookEndpoint endpoint = await FindAsync(context.WebhookEndpoints.Lock(), tenant, id, cancellation);
        DateTimeOffset now = time.GetUtcNow();
        (string shown, IReadOnlyList<SealedSecret> kept) = secrets.Renew(endpoint.Secrets, endpoint.Owner, overlap, now);
        WebhookEndpoint changed = endpoint with { Secrets = kept, Updated = now };
        context.Entry(endpoint).CurrentValues.SetValues(changed);
        return EndpointView.Of(changed, now) with { Secret = shown };
    }

    /// <summary>Removes it, and with it its deliveries: in portions, since there may be millions. Disabled meanwhile, so that no new ones come; left in the middle, it is there to be removed again.</summary>
    public async Task DeleteAsync(string tenant, string id, CancellationToken cancellation)
    {
        Guid known = await database.WriteAsync(async context =>
        {
            WebhookEndpoint endpoint = await FindAsync(context.WebhookEndpoints.Lock(), tenant, id, cancellation);
            context.Entry(endpoint).CurrentValues.SetValues(endpoint with { Enabled = false });
            return endpoint.Id;
        }, cancellation);
        // Until nothing is left that nobody else has just now; what is, goes with the endpoint.
        while (await DeliveryPortion.ChangeAsync(
            database, context => context.WebhookDeliveries.Where(delivery => delivery.EndpointId == known).OrderBy(delivery => delivery.EventId), some => some.ExecuteDeleteAsync(cancellation), cancellation) > 0)
        {
        }

        await database.WriteAsync(context => context.WebhookEndpoints.Where(endpoint => endpoint.Id == known).ExecuteDeleteAsync(cancellation), cancellation);
    }

    /// <exception cref="ApiException">There is no such endpoint of this tenant.</exception>
    public static async Task<WebhookEndpoint> FindAsync(IQueryable<WebhookEndpoint> endpoints, string tenant, string id, CancellationToken cancellation) =>
        (WebhookId.Endpoint.Parse(id) is { } known ? await endpoints.SingleOrDefaultAsync(endpoint => endpoint.Id == known && endpoint.Tenant == tenant, cancellation) : null)
        ?? throw ApiException.NoWebhook(id);
}
