using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Limner.Gateway.Database;

/// <summary>Tells a database that cannot be reached from one that refuses.</summary>
internal static class DatabaseFaults
{
    private const int SqliteBusy = 5, SqliteFull = 13, SqliteCannotOpen = 14, SqliteConstraint = 19, SqliteIo = 10;

    /// <summary>Whether the same statement can succeed later without anybody changing it.</summary>
    public static bool IsUnavailable(Exception fault) => fault switch
    {
        // Class 57: shut down; 53: out of disk, memory or connections; 3D000, 42P01 and 42703: not created, or not migrated to this version yet.
        PostgresException server => server.IsTransient || server.SqlState.StartsWith("57", StringComparison.Ordinal)
            || server.SqlState.StartsWith("53", StringComparison.Ordinal) || server.SqlState is "3D000" or "42P01" or "42703",
        SqliteException file => file.SqliteErrorCode is SqliteBusy or SqliteFull or SqliteCannotOpen or SqliteIo,
        // The rest of Npgsql's own exceptions are about the connection; so are its time-outs.
        DbException or TimeoutException => true,
        DbUpdateException or InvalidOperationException or AggregateException => fault.InnerException is { } inner && IsUnavailable(inner),
        _ => false,
    };

    /// <summary>Whether a row with this key is there already.</summary>
    public static bool IsDuplicate(Exception fault) => fault is DbUpdateException && fault.InnerException switch
    {
        PostgresException server => server.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException file => file.SqliteErrorCode == SqliteConstraint,
        _ => false,
    };
}
