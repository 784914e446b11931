using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Database;

internal sealed class PostgresContext(DbContextOptions<PostgresContext> options) : GatewayContext(options)
{
    public static void Configure(DbContextOptionsBuilder builder, string connectionString) =>
        builder.UseNpgsql(connectionString, server => server.MigrationsHistoryTable("migrations")).AddInterceptors(new RowLocks());
}
