using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Limner.Gateway.Database;

/// <summary>Brings the database to this version, from nothing or from any earlier one.</summary>
internal sealed class Migrator(Transactions database)
{
    /// <summary>Any number, as long as it is always the same: whoever migrates takes this lock.</summary>
    private const long AdvisoryLock = 0x4C696D6E65720001;

    /// <exception cref="IOException">A file that a later version has used: what this one does not know of its jobs it would leave out without a word.</exception>
    public async Task MigrateAsync(CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        context.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));
        if (context.Database.IsNpgsql())
        {
            await MigratePostgresAsync(context, cancellation);
        }
        else
        {
            // EF Core's own lock is a row here, and a process that was killed leaves it for ever. The file belongs to one process: nobody else can have it.
            await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
            await RefuseLaterAsync(context, cancellation);
            await context.Database.MigrateAsync(cancellation);
        }
    }

    /// <summary>Whether the database can be reached and is of this version.</summary>
    public async Task<bool> IsCurrentAsync(CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return !(await context.Database.GetPendingMigrationsAsync(cancellation)).Any();
    }

    // A server's database may be ahead of this: while a new version is rolled out, Gateways of both are at work.
    private static async Task RefuseLaterAsync(GatewayContext context, CancellationToken cancellation)
    {
        if ((await context.Database.GetAppliedMigrationsAsync(cancellation)).Except(context.Database.GetMigrations()).LastOrDefault() is { } later)
        {
            throw new IOException($"The database was used by a later version of Limner, which added {later}; use that version, or a copy of the data from before");
        }
    }

    private static async Task MigratePostgresAsync(GatewayContext context, CancellationToken cancellation)
    {
        await CreateDatabaseAsync(context, cancellation);
        // A session's lock lives as long as its connection: killed in the middle, the next one can go on.
        await context.Database.OpenConnectionAsync(cancellation);
        // Asked for again and again: a statement that waits holds a snapshot, and who builds an index beside others waits for the end of each that is older.
        while (!await context.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({AdvisoryLock}) AS \"Value\"").SingleAsync(cancellation))
        {
            await context.Database.ExecuteSqlAsync($"SELECT pg_sleep(0.2)", cancellation);
        }

        try
        {
            await context.Database.MigrateAsync(cancellation);
        }
        finally
        {
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
            await context.Database.CloseConnectionAsync();
        }
    }

    private static async Task CreateDatabaseAsync(GatewayContext context, CancellationToken cancellation)
    {
        IRelationalDatabaseCreator creator = context.GetService<IRelationalDatabaseCreator>();
        if (await creator.ExistsAsync(cancellation))
        {
            return;
        }

        try
        {
            await creator.CreateAsync(cancellation);
        }
        catch (PostgresException already) when (already.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Two migrate at once, and the other was quicker.
        }
    }
}
