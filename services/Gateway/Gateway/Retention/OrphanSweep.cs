using Limner.Gateway.Database;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Limner.ObjectStorage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Retention;

/// <summary>
/// Removes objects that belong to no image anybody can ask for: drawn for a job that was cancelled or ran late meanwhile, rejected by a Gateway that was
/// killed before it removed them, or left from a database that is gone. And blocks of files that have no row.
/// </summary>
internal sealed class OrphanSweep(Transactions database, IObjectStore store, IOptions<RetentionOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 500;

    /// <summary>More than the writing of a file takes: until then its blocks have no row.</summary>
    private static readonly TimeSpan LongestWriting = TimeSpan.FromDays(1);

    /// <returns>How many objects were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        DateTimeOffset end = time.GetUtcNow() - options.Value.OrphanAge;
        int removed = 0;
        var old = new List<StoredObject>();
        await foreach (StoredObject found in store.ListAsync("", cancellation))
        {
            if (found.Modified < end)
            {
                old.Add(found);
            }

            if (old.Count == MostAtOnce)
            {
                removed += await RemoveAsync(old, cancellation) + await RemoveBlocksAsync(old, cancellation);
                old.Clear();
            }
        }

        return removed + await RemoveAsync(old, cancellation) + await RemoveBlocksAsync(old, cancellation);
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
        Dictionary<Guid, Job> jobs = await context.Jobs.AsNoTracking().Where(job => ids.Contains(job.Id)).ToDictionaryAsync(job => job.Id, cancellation);
        int removed = 0;
        foreach ((string key, Guid id) in ours)
        {
            if (jobs.GetValueOrDefault(id) is not { } job || (job.IsOver && job.Candidates.All(candidate => candidate.Image?.Key != key) && !job.SourceKeys().Contains(key)))
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
}
