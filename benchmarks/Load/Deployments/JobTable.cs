using Npgsql;

namespace Limner.Load.Deployments;

/// <summary>Looks at the jobs where they are kept, so that watching costs the Gateway nothing.</summary>
internal sealed class JobTable(Deployment deployment, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(deployment.Servers.Database);

    /// <summary>Waits until no job is open.</summary>
    public async Task WaitUntilDoneAsync()
    {
        using var limit = new CancellationTokenSource(Patience, time);
        while (await CountAsync("state < 2", limit.Token) > 0)
        {
            await Task.Delay(Look, time, limit.Token);
        }

        if (await CountAsync("state > 2", limit.Token) is > 0 and var failed)
        {
            throw new InvalidOperationException($"{failed} jobs did not complete.");
        }
    }

    /// <summary>
    /// Puts <paramref name="count"/> jobs before all others, as if they had been accepted some time ago: copies of one that was, and of its first event.
    /// Whatever columns the tables have, they come along.
    /// </summary>
    public async Task FillAsync(string id, int count)
    {
        const string Sql =
            """
            insert into jobs select copy.* from jobs original, generate_series(1, @count) as places (place), lateral jsonb_populate_record(original, jsonb_build_object(
                'id', ('00000000-0000-7000-8000-' || lpad(to_hex(place), 12, '0'))::uuid, 'state', 0, 'pending', original.count, 'candidates', '[]'::jsonb,
                'events', 1, 'attempts', 0, 'heard', null, 'started', null, 'finished', null, 'failure', null)) copy
            where original.id = @id;
            insert into job_events select copy.* from job_events original, generate_series(1, @count) as places (place), lateral jsonb_populate_record(original, jsonb_build_object(
                'job_id', ('00000000-0000-7000-8000-' || lpad(to_hex(place), 12, '0'))::uuid)) copy
            where original.job_id = @id and original.number = 1;
            analyze;
            """;
        await using NpgsqlCommand command = _database.CreateCommand(Sql);
        command.Parameters.AddWithValue("count", count);
        command.Parameters.AddWithValue("id", Guid.ParseExact(id["job_".Length..], "N"));
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }

    public Task<long> CountWaitingAsync() => CountAsync("state = 0", CancellationToken.None);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<long> CountAsync(string condition, CancellationToken cancellation)
    {
        await using NpgsqlCommand command = _database.CreateCommand($"select count(*) from jobs where {condition}");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
