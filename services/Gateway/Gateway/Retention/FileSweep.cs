using Limner.Gateway.Batches;
using Limner.Gateway.Database;
using Limner.Gateway.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Retention;

/// <summary>Forgets batches that ended long ago and files whose time is over. What a crash leaves of a file's content is an orphan.</summary>
internal sealed class FileSweep(Transactions database, FileBlocks blocks, IOptions<RetentionOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 100;

    /// <returns>How many files were forgotten.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow(), end = now - options.Value.Period;
        await database.WriteAsync(context => context.Batches.Where(batch => batch.Ended < end).ExecuteDeleteAsync(cancellation), cancellation);
        int forgotten = 0;
        while (true)
        {
            StoredFile[] old = await database.WriteAsync(context => TakeAsync(context, now, cancellation), cancellation);
            foreach (StoredFile file in old)
            {
                await blocks.DeleteAsync(file.Tenant, file.Id, cancellation);
            }

            forgotten += old.Length;
            if (old.Length < MostAtOnce)
            {
                return forgotten;
            }
        }
    }

    private static async Task<StoredFile[]> TakeAsync(GatewayContext context, DateTimeOffset now, CancellationToken cancellation)
    {
        List<StoredFile> old = await context.Files.Where(file => file.Expires < now && !context.Batches.Any(batch => batch.InputFileId == file.Id && batch.State < BatchState.Failed))
            .OrderBy(file => file.Expires).Take(MostAtOnce).LockFree().ToListAsync(cancellation);
        context.RemoveRange(old);
        return [.. old];
    }
}
