using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Dispatch;

/// <summary>Looks at the queue in the database without touching more rows than it returns, however many wait.</summary>
internal static class WaitingJobs
{
    /// <summary>Tenants looked at in one selection; the round goes on with the others in the next.</summary>
    private const int MostTenants = 256;

    /// <summary>What runs and whether anything waits, in one round trip: most looks find nothing to do. A minimum is read from the index, where EXISTS may read the table.</summary>
    public static Task<QueueState> LookAsync(GatewayContext context, CancellationToken cancellation) => context.Database.SqlQueryRaw<QueueState>(
        """
        SELECT CAST(COALESCE((SELECT sum(pending) FROM jobs WHERE state = 1), 0) AS integer) AS "Running",
            (SELECT min(tenant) FROM jobs WHERE state = 0 AND priority = 0) IS NOT NULL AS "Interactive",
            (SELECT min(tenant) FROM jobs WHERE state = 0 AND priority = 1) IS NOT NULL AS "Batch"
        """).SingleAsync(cancellation);

    /// <summary>The oldest waiting jobs of each tenant in a class, enough of each to fill the room.</summary>
    public static async Task<IReadOnlyList<QueuedJob>> ReadHeadsAsync(GatewayContext context, JobPriority priority, Ring ring, int room, CancellationToken cancellation)
    {
        string[] tenants = await ReadTenantsAsync(context, priority, cancellation);
        if (tenants.Length == 0)
        {
            return [];
        }

        if (tenants.Length > MostTenants)
        {
            tenants = [.. tenants.Where(tenant => string.CompareOrdinal(tenant, ring.Current) >= 0), .. tenants.Where(tenant => string.CompareOrdinal(tenant, ring.Current) < 0)];
            tenants = tenants[..MostTenants];
        }

        int depth = Math.Max(1, (2 * room + tenants.Length - 1) / tenants.Length);
        bool joins = context.Database.IsNpgsql();
        string sql = joins
            ? $"SELECT head.* FROM unnest({{0}}) AS owner (tenant) CROSS JOIN LATERAL ({HeadsOf(priority, "owner.tenant", "{1}")}) AS head"
            : string.Join("\nUNION ALL\n", tenants.Select((_, i) => $"SELECT * FROM ({HeadsOf(priority, $"{{{i}}}", $"{{{tenants.Length}}}")}) AS head{i}"));
        object[] values = joins ? [tenants, depth] : [.. tenants, depth];
        List<QueuedJob> heads = await context.Database.SqlQueryRaw<QueuedJob>(sql, values).ToListAsync(cancellation);
        // Neither a join nor a union has an order of its own.
        return [.. heads.OrderBy(job => job.Id)];
    }

    // How deep is a parameter: every new text is compiled here and planned there.
    private static string HeadsOf(JobPriority priority, string tenant, string depth) =>
        $"SELECT id AS \"Id\", tenant AS \"Tenant\", work AS \"Work\", pending AS \"Pending\" FROM jobs WHERE state = 0 AND priority = {(int)priority} AND tenant = {tenant} ORDER BY id LIMIT {depth}";

    // A loose index scan: one probe for each tenant. DISTINCT would read the whole queue. State and class are literals, so that the partial index serves.
    private static Task<string[]> ReadTenantsAsync(GatewayContext context, JobPriority priority, CancellationToken cancellation)
    {
        string waiting = $"FROM jobs WHERE state = 0 AND priority = {(int)priority}";
        string sql =
            $"""
            WITH RECURSIVE ring(tenant) AS (
                SELECT min(tenant) {waiting}
                UNION ALL
                SELECT (SELECT min(tenant) {waiting} AND tenant > ring.tenant) FROM ring WHERE ring.tenant IS NOT NULL)
            SELECT tenant AS "Value" FROM ring WHERE tenant IS NOT NULL
            """;
        return context.Database.SqlQueryRaw<string>(sql).ToArrayAsync(cancellation);
    }
}
