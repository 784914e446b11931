using System.Data.Common;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Limner.Gateway.Database;

/// <summary>Rows of a transaction that go to PostgreSQL together, in one round trip.</summary>
internal sealed class PendingRows
{
    private readonly OrderedDictionary<Type, List<object>> _added = [];
    private readonly Dictionary<Guid, (Job Before, Job After)> _changed = [];

    public void Clear()
    {
        _added.Clear();
        _changed.Clear();
    }

    public void Insert(object row)
    {
        if (!_added.TryGetValue(row.GetType(), out List<object>? rows))
        {
            _added[row.GetType()] = rows = [];
        }

        rows.Add(row);
    }

    /// <summary>What is changed twice is written once.</summary>
    public void Change(Job before, Job after) => _changed[before.Id] = (_changed.TryGetValue(before.Id, out (Job Before, Job After) first) ? first.Before : before, after);

    /// <exception cref="DbUpdateException">The server refused a row, or is away: as EF Core says it.</exception>
    public async Task<int> WriteAsync(DbContext context, CancellationToken cancellation)
    {
        if (_added.Count + _changed.Count == 0)
        {
            return 0;
        }

        await using NpgsqlBatch batch = ((NpgsqlConnection)context.Database.GetDbConnection()).CreateBatch();
        foreach ((Job before, Job after) in _changed.Values)
        {
            if (PostgresTable.Of(context, typeof(Job)).Update(before, after) is { } update)
            {
                batch.BatchCommands.Add(update);
            }
        }

        foreach ((Type type, List<object> rows) in _added)
        {
            batch.BatchCommands.Add(PostgresTable.Of(context, type).Insert(rows));
        }

        try
        {
            return batch.BatchCommands.Count == 0 ? 0 : await batch.ExecuteNonQueryAsync(cancellation);
        }
        catch (DbException fault)
        {
            throw new DbUpdateException("The rows of a transaction could not be written.", fault);
        }
        finally
        {
            Clear();
        }
    }
}
