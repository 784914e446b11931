using Limner.Gateway.Database;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Limner.ObjectStorage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Retention;

/// <summary>
/// Removes objects that belong to no image anybody can ask for: drawn for a job that was cancelled or ran late meanwhile, or rejected by a Gateway that was
/// killed before it removed them. And blocks of files that have no row. What is older than the first key is another database's, perhaps of one whose copy is yet to be put
/// back: it stays.
/// </summary>
internal sealed partial class OrphanSweep(Transactions database, IObjectStore store, IOptions<RetentionOptions> options, TimeProvider time, ILogger<OrphanSweep> log)
{
    private const int MostAtOnce = 500;

    /// <summary>More than the writing of a file takes: until then its blocks have no row.</summary>
    private static readonly TimeSpan LongestWriting = TimeSpan.FromDays(1);

    /// <summary>By which the object store's clock and this one's may differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <returns>How many objects were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        if (await FindBeginAsync(cancellation) is not { } begin)
        {
            return 0;
        }

        DateTimeOffset end = time.GetUtcNow() - options.Value.OrphanAge;
        (int removed, int older) = (0, 0);
        var old = new List<StoredObject>();
        await foreach (StoredObject found in store.ListAsync("", cancellation))
        {
            if (found.Modified < begin - ClockSkew)
            {
                older += JobId.OfKey(found.Key) is null && FileBlocks.FileOf(found.Key) is null ? 0 : 1;
            }
            else if (found.Modified < end)
            {
                old.Add(found);
            }

            if (old.Count == MostAtOnce)
            {
                removed += await RemoveAsync(old, cancellation) + await RemoveBlocksAsync(old, cancellation);
                old.Clear();
            }
        }

        if (older > 0)
        {
            LogOlder(older, begin);
        }

        return removed + await RemoveAsync(old, cancellation) + await RemoveBlocksAsync(old, cancellation);
    }

    private async Task<DateTimeOffset?> FindBeginAsync(CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await context.Keys.OrderBy(key => key.Created).Select(key => (DateTimeOffset?)key.Created).FirstOrDefaultAsync(cancellation);
    }

    private async Task<int> RemoveAsync(IReadOnlyList<StoredObject> old, CancellationToken cancellation)
    {
        // What is not one of our keys is not ours to remove.
        (string Key, Guid Job)[] ours = [.. old.Select(item => (item.Key, Job: JobId.OfKey(item.Key))).Where(item => item.Job is not null).Select(item => (item.Key, item.Job!.Value))];
        if (ours.Length == 0)
        {
            return 0;
        }

        Guid[] ids = [.. ours.Select(item => item.Job).Distinct()];
        await using GatewayContext context = database.Read();
        var jobs = await context.Jobs.Where(job => ids.Contains(job.Id)).Select(job => new { job.Id, IsOver = job.State > JobState.Running, job.Candidates, job.Edit }).ToDictionaryAsync(job => job.Id, cancellation);
        int removed = 0;
        foreach ((string key, Guid id) in ours)
        {
            if (jobs.GetValueOrDefault(id) is not { } job || (job.IsOver && job.Candidates.All(candidate => candidate.Image?.Key != key) && !Job.SourceKeysOf(job.Edit).Contains(key)))
            {
                await store.DeleteAsync(key, cancellation);
                removed++;
            }
        }

        return removed;
    }

    private async Task<int> RemoveBlocksAsync(IReadOnlyList<StoredObject> old, CancellationToken cancellation)
    {
        DateTimeOffset end = time.GetUtcNow() - LongestWriting;
        (string Key, Guid File)[] blocks = [.. old.Where(item => item.Modified < end && FileBlocks.FileOf(item.Key) is not null).Select(item => (item.Key, FileBlocks.FileOf(item.Key)!.Value))];
        if (blocks.Length == 0)
        {
            return 0;
        }

        Guid[] ids = [.. blocks.Select(block => block.File).Distinct()];
        await using GatewayContext context = database.Read();
        HashSet<Guid> known = await context.Files.Where(file => ids.Contains(file.Id)).Select(file => file.Id).ToHashSetAsync(cancellation);
        string[] orphans = [.. blocks.Where(block => !known.Contains(block.File)).Select(block => block.Key)];
        foreach (string key in orphans)
        {
            await store.DeleteAsync(key, cancellation);
        }

        return orphans.Length;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} pictures or files in the object store are older than this database, which began at {Begin}, and are left alone; is it the right one?")]
    private partial void LogOlder(int count, DateTimeOffset begin);
}
