using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Limner.Gateway.Database;

/// <summary>
/// Adds PostgreSQL's row locks to queries that ask for them: EF Core has no word for them, and SQL written by hand would stand twice, once for SQLite,
/// where one writer at a time needs no locks. Rows that refer to a locked one can be written meanwhile: what jobs tell a webhook does not wait for who changes it.
/// </summary>
internal sealed class RowLocks : DbCommandInterceptor
{
    public const string Wait = "row lock: wait";
    public const string Skip = "row lock: skip what others have";

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (command.CommandText.StartsWith($"-- {Wait}", StringComparison.Ordinal))
        {
            command.CommandText += "\nFOR NO KEY UPDATE";
        }
        else if (command.CommandText.StartsWith($"-- {Skip}", StringComparison.Ordinal))
        {
            command.CommandText += "\nFOR NO KEY UPDATE SKIP LOCKED";
        }

        return ValueTask.FromResult(result);
    }
}

internal static class RowLocking
{
    /// <summary>Locks the rows until the transaction ends, after whoever has them.</summary>
    public static IQueryable<T> Lock<T>(this IQueryable<T> query) => query.TagWith(RowLocks.Wait);

    /// <summary>Locks the rows that nobody else has, and leaves out the others.</summary>
    public static IQueryable<T> LockFree<T>(this IQueryable<T> query) => query.TagWith(RowLocks.Skip);
}
