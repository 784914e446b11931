using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Submissions;

/// <summary>
/// <c>POST /v1/jobs/{id}/retry</c>: the same request, seed included, as a new job; the failed one stays as it is. A job has one retry, so asking twice is
/// asking once, with a key or without; if the retry fails too, that one is retried.
/// </summary>
internal static class RetryJob
{
    public static async Task<Accepted<JobView>> HandleAsync(
        string id, Caller caller, HttpRequest request, Transactions database, JobAcceptance acceptance, JobDrafts drafts, StorageProbe storage, CancellationToken cancellation)
    {
        var repeatable = RepeatableRequest.Read(request, caller, []);
        if (await acceptance.FindAsync(repeatable, cancellation) is { } known)
        {
            return JobView.Accepted(known);
        }

        Job failed = await JobEndpoints.FindAsync(id, caller, database, cancellation);
        if (failed.State != JobState.Failed)
        {
            throw ApiException.NotRetryable(failed);
        }

        return JobView.Accepted(await FindRetryAsync(failed.Id, database, cancellation) ?? await AcceptAsync());

        async Task<Job> AcceptAsync()
        {
            storage.RefuseIfAway();
            try
            {
                return await acceptance.AcceptAsync(() => drafts.AgainAsync(failed, caller, cancellation), caller, repeatable, cancellation);
            }
            catch (DbUpdateException twice) when (DatabaseFaults.IsDuplicate(twice))
            {
                return await FindRetryAsync(failed.Id, database, cancellation) ?? throw new InvalidOperationException("A retry was there and then gone.", twice);
            }
        }
    }

    private static async Task<Job?> FindRetryAsync(Guid failed, Transactions database, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await context.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.RetryOf == failed, cancellation);
    }
}
