using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Batches;

/// <summary>What became of each line, asked for in the order of the lines and read a page at a time.</summary>
internal sealed class LineOutcomes(Transactions database, Batch batch)
{
    private const int PageLength = 500;

    private Queue<Job> _jobs = new();
    private Queue<BatchRefusal> _refusals = new();
    private int _last;
    private bool _hasMore = true;

    /// <returns>The line's job, or why it became none; neither if its turn never came.</returns>
    public async Task<(Job? Job, BatchRefusal? Refusal)> FindAsync(int line, CancellationToken cancellation)
    {
        if (_hasMore && line > _last)
        {
            await ReadAsync(line, cancellation);
        }

        return (Take(_jobs, line, job => job.BatchLine!.Value), Take(_refusals, line, refusal => refusal.Line));
    }

    private async Task ReadAsync(int line, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        List<Job> jobs = await context.Jobs.AsNoTracking().Where(job => job.BatchId == batch.Id && job.BatchLine >= line).OrderBy(job => job.BatchLine).Take(PageLength).ToListAsync(cancellation);
        _hasMore = jobs.Count == PageLength;
        _last = _hasMore ? jobs[^1].BatchLine!.Value : int.MaxValue;
        List<BatchRefusal> refusals = await context.BatchRefusals.AsNoTracking().Where(refusal => refusal.BatchId == batch.Id && refusal.Line >= line && refusal.Line <= _last)
            .OrderBy(refusal => refusal.Line).ToListAsync(cancellation);
        (_jobs, _refusals) = (new Queue<Job>(jobs), new Queue<BatchRefusal>(refusals));
    }

    private static T? Take<T>(Queue<T> found, int line, Func<T, int> lineOf)
        where T : class
    {
        while (found.TryPeek(out T? next) && lineOf(next) <= line)
        {
            found.Dequeue();
            if (lineOf(next) == line)
            {
                return next;
            }
        }

        return null;
    }
}
