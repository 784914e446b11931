using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Waiting;

/// <summary>
/// Requests without a key that were let go before their job ended. Clients send such a request again by themselves; without this each attempt would be
/// another job. They are kept among those with a key.
/// </summary>
internal sealed class UnfinishedRequests(Transactions database, TimeProvider time)
{
    /// <summary>A job that has been over for so long is nothing that anybody still waits for: who asks for the same wants it anew.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    public bool IsForgotten(Job job) => job.Finished < time.GetUtcNow() - Kept;

    /// <summary>Whoever asked was let go before the job ended, and will find it by asking again.</summary>
    public async Task KeepAsync(SynchronousRequest request, Job job)
    {
        if (request.Key is not null)
        {
            return; // It is found by that.
        }

        try
        {
            await database.WriteAsync(context => Task.FromResult(context.Add(request.Implied.ToKey(time.GetUtcNow()) with { JobId = job.Id })), CancellationToken.None);
        }
        catch (DbUpdateException twice) when (DatabaseFaults.IsDuplicate(twice))
        {
            // It is kept already; or the same was asked for twice at once, and one of the two jobs is found again.
        }
    }

    /// <summary>It is answered with the job's end: the same request is then a new one.</summary>
    public Task EndAsync(SynchronousRequest request, BegunJob begun) =>
        request.Key is null && begun.IsKnown ? ReleaseAsync(begun.Job.Id) : Task.CompletedTask;

    /// <summary>Lets go of whatever requests stand for a job: the same request is then a new one.</summary>
    public Task ReleaseAsync(Guid job) =>
        database.WriteAsync(context => context.IdempotencyKeys.Where(key => key.JobId == job).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
}
