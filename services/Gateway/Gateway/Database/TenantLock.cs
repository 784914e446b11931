using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Database;

internal static class TenantLock
{
    /// <summary>Apart from every other use of advisory locks.</summary>
    private const int Space = 1;

    /// <summary>One transaction at a time for each tenant, until it ends. SQLite has one writer anyway, and who has the lock need not ask for it again.</summary>
    public static Task LockTenantAsync(this GatewayContext context, string tenant, CancellationToken cancellation) =>
        context.Database.IsNpgsql() && context.LockedTenants.Add(tenant) ? context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Space}, hashtext({tenant}))", cancellation) : Task.CompletedTask;
}
