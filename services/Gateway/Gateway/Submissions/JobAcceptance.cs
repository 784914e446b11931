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
    /// <summary>As long as a command may take: while the database hangs, those that wait are refused together and not one after the other.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TenantTurns _limited = new(atOnce: 1);

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

    /// <summary>Drafts a job and accepts it, or finds the one that the same request made at the same time: it was quicker to take the key, or what was left of a limit.</summary>
    /// <exception cref="DbUpdateException">Another row stands where this one may stand alone.</exception>
    public async Task<Job> AcceptAsync(Func<Task<Job>> draft, Caller caller, RepeatableRequest? request, CancellationToken cancellation)
    {
        try
        {
            return await AcceptAsync(await draft(), caller, request, cancellation);
        }
        catch (Exception refused) when (request is not null && IsRefusal(refused))
        {
            if (await FindAsync(request, cancellation) is not { } other)
            {
                throw;
            }

            return other;
        }
    }

    private async Task<Job> AcceptAsync(Job job, Caller caller, RepeatableRequest? request, CancellationToken cancellation)
    {
        try
        {
            gauge.RefuseIfFull(job.Tenant);
            await callbacks.RefuseIfUnfitAsync(job.WebhookUrl, job.Tenant, cancellation);
            JobTransition accepted = JobMachine.Accept(job);
            await InsertAsync(new Acceptance(accepted, request is null ? null : request.ToKey(time.GetUtcNow()) with { JobId = job.Id }), caller, cancellation);
            gauge.Count(accepted.After);
            dispatch.Raise();
            return accepted.After;
        }
        catch (Exception refused) when (IsRefusal(refused))
        {
            // Only then: where the database was lost meanwhile, nobody knows whether there is a row, and the sweep for orphans looks later.
            await sources.ForgetAsync(job, CancellationToken.None);
            throw;
        }
    }

    private static bool IsRefusal(Exception fault) => fault is ApiException || DatabaseFaults.IsDuplicate(fault);

    private async Task InsertAsync(Acceptance acceptance, Caller caller, CancellationToken cancellation)
    {
        if (!admission.IsLimited(caller, acceptance.Job.After))
        {
            // Who has no limits is not in the way of others, and shares their commit. He waits for it even if his caller is gone: whoever has to cancel the job must know it.
            await _unlimited.DoAsync(acceptance, CancellationToken.None);
            return;
        }

        // The tenant's jobs are admitted one after the other anyway: those that wait for that must not each have a connection meanwhile, of which others have need.
        using IDisposable turn = await _limited.EnterAsync(caller.Tenant, Patience, cancellation)
            ?? throw ApiException.Unavailable(ErrorCode.DatabaseUnavailable, "The jobs of this tenant are accepted too slowly just now; nothing was accepted; try again.");
        await database.WriteAsync(async context =>
        {
            Job admitted = await admission.AdmitAsync(context, caller, acceptance.Job.After, cancellation);
            (acceptance with { Job = acceptance.Job with { After = admitted } }).WriteTo(context);
            return true;
        }, cancellation);
    }

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
