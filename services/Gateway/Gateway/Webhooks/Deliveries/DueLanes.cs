using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>
/// Goes round the lanes and finds the first of what is due in each. Of a lane that is closed or has no room no delivery is read, however many wait in it; and
/// where there is room for less than is due, the next look goes on with the lanes that got nothing.
/// </summary>
internal sealed class DueLanes(Transactions database, Lanes lanes, IOptions<WebhookOptions> options)
{
    private const int MostProbed = 512;
    private const int MostLanes = 64;
    private const int MostDeliveries = 256;

    // Each Gateway begins elsewhere: side by side they would find the same.
    private string _cursor = Guid.NewGuid().ToString("N");

    /// <summary>Whether the last look came to the end of the ring: those before it, milliseconds ago, had the rest.</summary>
    public bool IsRoundOver { get; private set; } = true;

    /// <returns>Of each lane the first before the second of any, as many as there is room for.</returns>
    public async Task<Guid[]> LookAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        List<ProbedLane> ring = await ProbeAsync(context, _cursor, MostProbed, now, cancellation);
        int end = ring.Count;
        if (end < MostProbed && _cursor.Length > 0)
        {
            ring = [.. ring.UnionBy(await ProbeAsync(context, "", MostProbed - end, now, cancellation), lane => lane.Name)];
        }

        string[] due = [.. ring.Where(lane => lane.IsDue && lanes.HasRoom(lane.Name, now)).Select(lane => lane.Name)];
        string[] looked = due[..Math.Min(due.Length, MostLanes)];
        DueDelivery[] heads = looked.Length == 0 ? [] : await ReadHeadsAsync(context, looked, now, cancellation);
        DueDelivery[] taken = heads[..Math.Min(heads.Length, Math.Min(lanes.Room, MostDeliveries))];

        string? stop = taken.Length < heads.DistinctBy(head => head.Lane).Count() ? taken[^1].Lane : looked.Length < due.Length ? looked[^1] : null;
        int passed = stop is null ? ring.Count : ring.FindIndex(lane => lane.Name == stop) + 1;
        IsRoundOver = end < MostProbed && passed >= end;
        _cursor = passed == ring.Count && ring.Count < MostProbed ? "" : ring[passed - 1].Name;
        return [.. taken.Select(head => head.Id)];
    }

    // A loose index scan: two probes for each lane. A time is a value as the server keeps it, since no mapping stands behind a query written by hand.
    private static Task<List<ProbedLane>> ProbeAsync(GatewayContext context, string after, int most, DateTimeOffset now, CancellationToken cancellation) =>
        context.Database.SqlQueryRaw<ProbedLane>(
            """
            WITH RECURSIVE ring(lane, number) AS (
                SELECT (SELECT min(lane) FROM webhook_deliveries WHERE due IS NOT NULL AND lane > {0}), 1
                UNION ALL
                SELECT (SELECT min(lane) FROM webhook_deliveries WHERE due IS NOT NULL AND lane > ring.lane), number + 1 FROM ring WHERE ring.lane IS NOT NULL AND number < {1})
            SELECT lane AS "Name", (SELECT min(due) FROM webhook_deliveries WHERE due IS NOT NULL AND webhook_deliveries.lane = ring.lane) <= {2}
                AND NOT EXISTS (SELECT 1 FROM webhook_lanes WHERE webhook_lanes.lane = ring.lane AND closed_until > {2}) AS "IsDue"
            FROM ring WHERE lane IS NOT NULL ORDER BY number
            """, after, most, context.Stored(now)).ToListAsync(cancellation);

    private async Task<DueDelivery[]> ReadHeadsAsync(GatewayContext context, string[] looked, DateTimeOffset now, CancellationToken cancellation)
    {
        (int depth, object time) = (options.Value.MaxConcurrencyPerEndpoint, context.Stored(now));
        bool joins = context.Database.IsNpgsql();
        string heads = joins
            ? $"SELECT head.* FROM unnest({{0}}) AS looked (lane) CROSS JOIN LATERAL ({HeadsOf("looked.lane", "{1}", "{2}")}) AS head"
            : string.Join("\nUNION ALL\n", looked.Select((_, i) => $"SELECT * FROM ({HeadsOf($"{{{i}}}", $"{{{looked.Length}}}", $"{{{looked.Length + 1}}}")}) AS head{i}"));
        string sql = $"SELECT id AS \"Id\", lane AS \"Lane\", tenant AS \"Tenant\" FROM ({heads}) AS heads ORDER BY due";
        object[] values = joins ? [looked, depth, time] : [.. looked, depth, time];
        List<DueDelivery> found = await context.Database.SqlQueryRaw<DueDelivery>(sql, values).ToListAsync(cancellation);

        // Lanes in the order of the ring, which is the order in which they get their turn.
        ILookup<string, DueDelivery> ofLane = found.Where(head => lanes.HasRoomFor(head.Tenant)).ToLookup(head => head.Lane);
        return [.. looked.SelectMany(lane => ofLane[lane].Select((head, number) => (head, number))).OrderBy(head => head.number).Select(head => head.head)];
    }

    private static string HeadsOf(string lane, string depth, string now) =>
        $"SELECT id, lane, tenant, due FROM webhook_deliveries WHERE due IS NOT NULL AND due <= {now} AND lane = {lane} ORDER BY due LIMIT {depth}";

    private sealed record ProbedLane(string Name, bool IsDue);

    private sealed record DueDelivery(Guid Id, string Lane, string Tenant);
}
