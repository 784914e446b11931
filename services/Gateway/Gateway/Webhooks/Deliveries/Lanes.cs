using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Who may be sent to just now: each receiver, and each tenant, has a share, so that a slow or dead one slows nobody else. Each Gateway learns for itself.</summary>
internal sealed class Lanes(IOptions<WebhookOptions> options)
{
    private const int TenantsShare = 4;
    private const int MostRemembered = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _tenants = new(StringComparer.Ordinal);
    private int _inFlight;

    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return _inFlight >= options.Value.MaxConcurrency;
            }
        }
    }

    /// <summary>Lanes and tenants that have no room.</summary>
    public (string[] Lanes, string[] Tenants) Busy(DateTimeOffset now)
    {
        lock (_lock)
        {
            return ([.. _lanes.Where(lane => !lane.Value.HasRoom(options.Value.MaxConcurrencyPerEndpoint, now)).Select(lane => lane.Key)],
                [.. _tenants.Where(tenant => tenant.Value >= options.Value.MaxConcurrency / TenantsShare).Select(tenant => tenant.Key)]);
        }
    }

    public bool TryEnter(WebhookDelivery delivery, DateTimeOffset now)
    {
        lock (_lock)
        {
            Lane lane = _lanes.GetValueOrDefault(delivery.Lane);
            int ofTenant = _tenants.GetValueOrDefault(delivery.Tenant);
            if (_inFlight >= options.Value.MaxConcurrency || ofTenant >= options.Value.MaxConcurrency / TenantsShare || !lane.HasRoom(options.Value.MaxConcurrencyPerEndpoint, now))
            {
                return false;
            }

            _inFlight++;
            _tenants[delivery.Tenant] = ofTenant + 1;
            _lanes[delivery.Lane] = lane.Enter();
            return true;
        }
    }

    /// <returns>Until when the lane is closed, if it is.</returns>
    public DateTimeOffset? Leave(WebhookDelivery delivery, DeliveryAttempt? made, DateTimeOffset now)
    {
        lock (_lock)
        {
            _inFlight--;
            if (--_tenants[delivery.Tenant] == 0)
            {
                _tenants.Remove(delivery.Tenant);
            }

            Lane lane = _lanes[delivery.Lane].Leave(made, options.Value.CircuitPause, now);
            if (lane.IsForgettable || (lane.InFlight == 0 && _lanes.Count > MostRemembered))
            {
                _lanes.Remove(delivery.Lane);
            }
            else
            {
                _lanes[delivery.Lane] = lane;
            }

            return lane.ClosedUntil > now ? lane.ClosedUntil : null;
        }
    }
}
