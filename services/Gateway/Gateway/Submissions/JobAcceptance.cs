using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Queue;
using Limner.Gateway.Sources;
using Limner.Gateway.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Submissions;

/// <summary>Writes a job down. When this returns, the job and its message to the stages, which is the same row, are durable.</summary>
internal sealed class JobAcceptance(
    Transactions database, KnownRequests known, QueueGauge gauge, Admission admission, JobCallbacks callbacks, SourceFiles sources, DispatchSignal dispatch, TimeProvider time)
{
    private readonly GroupCommit<Acceptance, bool> _unlimited = new(all => database.WriteAsync(context =>
    {
        foreach (Acceptance one in all)
        {
            one.WriteTo(context);
        }

        return Task.FromResult<IReadOnlyList<bool>>(new bool[all.Count]);
    }, CancellationToken.None), time);

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
        try
        {
            Job accepted = await AcceptOrFindAsync(job, caller, request, cancellation);
            if (accepted.Id != job.Id)
            {
                await sources.ForgetAsync(job, CancellationToken.None);
            }

            return accepted;
        }
        catch (Exception refused) when (refused is ApiException || DatabaseFaults.IsDuplicate(refused))
        {
            // Only then: where the database was lost meanwhile, nobody knows whether there is a row, and the sweep for orphans looks later.
            await sources.ForgetAsync(job, CancellationToken.None);
            throw;
        }
    }

    private async Task<Job> AcceptOrFindAsync(Job job, Caller caller, RepeatableRequest? request, CancellationToken cancellation)
    {
        gauge.RefuseIfFull(job.Tenant);
        await callbacks.RefuseIfUnfitAsync(job.WebhookUrl, job.Tenant, cancellation);
        JobTransition accepted = JobMachine.Accept(job);
        IdempotencyKey? key = request is null ? null : request.ToKey(time.GetUtcNow()) with { JobId = job.Id };
        try
        {
            await InsertAsync(new Acceptance(accepted, key), caller, cancellation);
        }
        catch (Exception refused) when (request is not null && (refused is ApiException || DatabaseFaults.IsDuplicate(refused)))
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

    // Who has no limits is not in the way of others, and shares their commit. He waits for it even if his caller is gone: whoever has to cancel the job must know it.
    private Task<bool> InsertAsync(Acceptance acceptance, Caller caller, CancellationToken cancellation) => admission.IsLimited(caller, acceptance.Job.After)
        ? database.WriteAsync(async context =>
        {
            Job admitted = await admission.AdmitAsync(context, caller, acceptance.Job.After, cancellation);
            (acceptance with { Job = acceptance.Job with { After = admitted } }).WriteTo(context);
            return true;
        }, cancellation)
        : _unlimited.DoAsync(acceptance, CancellationToken.None);

    private sealed record Acceptance(JobTransition Job, IdempotencyKey? Key)
    {
        public void WriteTo(GatewayContext context)
        {
            context.Insert(Job.After);
            foreach (JobEvent told in Job.Events)
            {
                context.Insert(told);
            }

            if (Key is not null)
            {
                context.Insert(Key);
            }
        }
    }
}
