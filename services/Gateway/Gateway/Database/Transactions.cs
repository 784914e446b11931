using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Database;

/// <summary>Opens the database, to read and to write. On SQLite, writers of this process queue here: its own waiting is by sleeping in steps of 150 ms.</summary>
internal sealed class Transactions(Func<GatewayContext> open, IOptions<DatabaseOptions> options) : IDisposable
{
    private readonly SemaphoreSlim? _oneWriter = options.Value.IsPostgres ? null : new SemaphoreSlim(1, 1);

    /// <summary>For queries outside a transaction; the caller disposes it.</summary>
    public GatewayContext Read() => open();

    /// <summary>Does <paramref name="work"/>, saves what it changed, and commits both as one.</summary>
    public async Task<T> WriteAsync<T>(Func<GatewayContext, Task<T>> work, CancellationToken cancellation)
    {
        if (_oneWriter is not null)
        {
            await _oneWriter.WaitAsync(cancellation);
        }

        try
        {
            await using GatewayContext context = open();
            context.Begin();
            // Whatever fails rolls all of it back; a savepoint for each save would be two more round trips.
            context.Database.AutoSavepointsEnabled = false;
            await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancellation);
            T result = await work(context);
            await context.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return result;
        }
        finally
        {
            _oneWriter?.Release();
        }
    }

    public void Dispose() => _oneWriter?.Dispose();
}
