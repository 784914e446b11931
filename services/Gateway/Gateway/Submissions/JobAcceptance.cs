using System.Security.Cryptography;
using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Queue;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Submissions;

/// <summary>Writes a submission down. When this returns, the job and its message to the stages, which is the same row, are durable.</summary>
internal sealed class JobAcceptance(Transactions database, QueueGauge gauge, DispatchSignal dispatch, TimeProvider time)
{
    /// <summary>The job that a tenant's key stands for; null if there is no key or it is new.</summary>
    /// <exception cref="ApiException">The key was used with another body.</exception>
    public async Task<Job?> FindAsync(string tenant, string? key, byte[] body, CancellationToken cancellation)
    {
        if (key is null)
        {
            return null;
        }

        await using GatewayContext context = database.Read();
        IdempotencyKey? known = await context.IdempotencyKeys.AsNoTracking().SingleOrDefaultAsync(row => row.Tenant == tenant && row.Key == key, cancellation);
        if (known is null)
        {
            return null;
        }

        return known.BodyHash.AsSpan().SequenceEqual(SHA256.HashData(body))
            ? await context.Jobs.AsNoTracking().SingleAsync(job => job.Id == known.JobId, cancellation)
            : throw new ApiException(
                StatusCodes.Status409Conflict, ErrorCode.IdempotencyConflict, $"The {IdempotencyKey.Header} '{key}' was used with another body; take a new key.", IdempotencyKey.Header);
    }

    /// <summary>Accepts a new job, or finds the one that the same request made meanwhile.</summary>
    /// <param name="submission">What was asked for.</param>
    /// <param name="tenant">By whom.</param>
    /// <param name="key">His idempotency key, if he gave one.</param>
    /// <param name="body">The bytes the key stands for.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<Job> AcceptAsync(Submission submission, string tenant, string? key, byte[] body, CancellationToken cancellation)
    {
        gauge.RefuseIfFull(tenant);
        JobTransition accepted = JobMachine.Accept(submission.ToJob(tenant, time.GetUtcNow()));
        try
        {
            await InsertAsync(accepted, key is null ? null : new IdempotencyKey(tenant, key, SHA256.HashData(body), accepted.After.Id), cancellation);
        }
        catch (DbUpdateException twice) when (key is not null && DatabaseFaults.IsDuplicate(twice))
        {
            // The same request at the same time, and the other one was quicker.
            return await FindAsync(tenant, key, body, cancellation) ?? throw new InvalidOperationException("An idempotency key was taken and then gone.", twice);
        }

        gauge.Count(accepted.After);
        dispatch.Raise();
        return accepted.After;
    }

    private Task<bool> InsertAsync(JobTransition accepted, IdempotencyKey? key, CancellationToken cancellation) => database.WriteAsync(context =>
    {
        context.Add(accepted.After);
        context.AddRange(accepted.Events);
        if (key is not null)
        {
            context.Add(key);
        }

        return Task.FromResult(true);
    }, cancellation);
}
