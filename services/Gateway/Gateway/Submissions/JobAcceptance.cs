using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Queue;
using Limner.Gateway.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Submissions;

/// <summary>Writes a job down. When this returns, the job and its message to the stages, which is the same row, are durable.</summary>
internal sealed class JobAcceptance(
    Transactions database, KnownRequests known, QueueGauge gauge, Admission admission, JobCallbacks callbacks, DispatchSignal dispatch, TimeProvider time)
{
    /// <summary>The job that a request made before; null if it has no key or the key is new.</summary>
    /// <exception cref="ApiException">The key was given to something else.</exception>
    public async Task<Job?> FindAsync(RepeatableRequest? request, CancellationToken cancellation)
    {
        if (await known.FindAsync(request, cancellation) is not { JobId: { } id })
        {
            return null;
        }

        await using GatewayContext context = database.Read();
        return await context.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, cancellation);
    }

    /// <summary>Accepts a new job, or finds the one that the same request made meanwhile.</summary>
    /// <exception cref="DbUpdateException">Another row stands where this one may stand alone.</exception>
    public async Task<Job> AcceptAsync(Job job, Caller caller, RepeatableRequest? request, CancellationToken cancellation)
    {
        gauge.RefuseIfFull(job.Tenant);
        await callbacks.RefuseIfUnfitAsync(job.WebhookUrl, job.Tenant, cancellation);
        JobTransition accepted = JobMachine.Accept(job);
        try
        {
            await InsertAsync(accepted, caller, request is null ? null : request.ToKey(time.GetUtcNow()) with { JobId = job.Id }, cancellation);
        }
        catch (Exception refused) when (request is not null && (refused is ApiException || (refused is DbUpdateException twice && DatabaseFaults.IsDuplicate(twice))))
        {
            // The same request at the same time, and the other one was quicker: to take the key, or what was left of a limit.
            if (await FindAsync(request, cancellation) is { } other)
            {
                return other;
            }

            throw;
        }

        gauge.Count(accepted.After);
        dispatch.Raise();
        return accepted.After;
    }

    private Task<bool> InsertAsync(JobTransition accepted, Caller caller, IdempotencyKey? key, CancellationToken cancellation) => database.WriteAsync(async context =>
    {
        context.Add(await admission.AdmitAsync(context, caller, accepted.After, cancellation));
        context.AddRange(accepted.Events);
        if (key is not null)
        {
            context.Add(key);
        }

        return true;
    }, cancellation);
}
