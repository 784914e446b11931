using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Database;

/// <summary>What there is much of goes to the server past the change tracker, which would take longer over it than the server does.</summary>
internal sealed class PostgresContext(DbContextOptions<PostgresContext> options) : GatewayContext(options)
{
    private readonly PendingRows _pending = new();

    // Without a name of its own a pool is called by its connection string in metrics, with the password where that says "Persist Security Info".
    public static void Configure(DbContextOptionsBuilder builder, string connectionString) => builder
        .UseNpgsql(connectionString, server => server.MigrationsHistoryTable("migrations").ConfigureDataSource(static source => source.Name = "limner"))
        .AddInterceptors(new RowLocks());

    public override void Begin()
    {
        base.Begin();
        _pending.Clear();
    }

    public override void Insert(object row) => _pending.Insert(row);

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        int rows = await _pending.WriteAsync(this, cancellationToken);
        return rows + await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void Change(Job before, Job after) => _pending.Change(before, after);
}
