using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Who may be sent to just now: each receiver, and each tenant, has a share, so that a slow or dead one slows nobody else. Each Gateway counts for itself; that a lane is closed it tells the others by <see cref="ClosedLane"/>.</summary>
internal sealed class Lanes(IOptions<WebhookOptions> options)
{
    private const int TenantsShare = 4;
    private const int MostRemembered = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _tenants = new(StringComparer.Ordinal);
    private int _inFlight;

    /// <summary>How many more may be under way in all.</summary>
    public int Room
    {
        get
        {
            lock (_lock)
            {
                return options.Value.MaxConcurrency - _inFlight;
            }
        }
    }

    public bool HasRoom(string lane, DateTimeOffset now)
    {
        lock (_lock)
        {
            return _lanes.GetValueOrDefault(lane).HasRoom(options.Value.MaxConcurrencyPerEndpoint, now);
        }
    }

    public bool HasRoomFor(string tenant)
    {
        lock (_lock)
        {
            return _tenants.GetValueOrDefault(tenant) < options.Value.MaxConcurrency / TenantsShare;
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

    /// <returns>The lane without the one that left, and what was learned by it.</returns>
    public (Lane Before, Lane After) Leave(WebhookDelivery delivery, DeliveryAttempt? made, DateTimeOffset now)
    {
        lock (_lock)
        {
            _inFlight--;
            if (--_tenants[delivery.Tenant] == 0)
            {
                _tenants.Remove(delivery.Tenant);
            }

            Lane before = _lanes[delivery.Lane], lane = before.Leave(made, options.Value.CircuitPause, now);
            if (lane.IsForgettable || (lane.InFlight == 0 && _lanes.Count > MostRemembered))
            {
                _lanes.Remove(delivery.Lane);
            }
            else
            {
                _lanes[delivery.Lane] = lane;
            }

            return (before, lane);
        }
    }
}
