namespace Limner.Gateway.Limits;

/// <summary>Lets a few of each tenant in at once, in this process. Who waits holds nothing.</summary>
/// <param name="atOnce">How many.</param>
internal sealed class TenantTurns(int atOnce)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    /// <returns>What ends the turn when it is disposed; null if others were too many for too long.</returns>
    public async Task<IDisposable?> EnterAsync(string tenant, TimeSpan patience, CancellationToken cancellation)
    {
        Lane lane = Join(tenant);
        bool entered = false;
        try
        {
            entered = await lane.Places.WaitAsync(patience, cancellation);
            return entered ? new Turn(this, tenant, lane) : null;
        }
        finally
        {
            if (!entered)
            {
                Leave(tenant, lane);
            }
        }
    }

    private Lane Join(string tenant)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(tenant, out Lane? lane))
            {
                _lanes[tenant] = lane = new Lane(new SemaphoreSlim(atOnce));
            }

            lane.Requests++;
            return lane;
        }
    }

    private void Leave(string tenant, Lane lane)
    {
        lock (_lock)
        {
            if (--lane.Requests == 0)
            {
                _lanes.Remove(tenant);
                lane.Places.Dispose();
            }
        }
    }

    private sealed class Lane(SemaphoreSlim places)
    {
        public SemaphoreSlim Places => places;

        public int Requests { get; set; }
    }

    private sealed class Turn(TenantTurns turns, string tenant, Lane lane) : IDisposable
    {
        public void Dispose()
        {
            lane.Places.Release();
            turns.Leave(tenant, lane);
        }
    }
}
