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
    /// <param name="submission">What was asked for.</param>
    /// <param name="tenant">By whom.</param>
    /// <param name="key">His idempotency key, if he gave one.</param>
    /// <param name="body">The bytes the key stands for.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<Job> AcceptAsync(Submission submission, string tenant, string? key, byte[] body, CancellationToken cancellation)
    {
        byte[] hash = key is null ? [] : SHA256.HashData(body);
        if (key is not null && await FindAsync(tenant, key, hash, cancellation) is { } earlier)
        {
            return earlier;
        }

        gauge.RefuseIfFull(tenant);
        JobTransition accepted = JobMachine.Accept(submission.ToJob(tenant, time.GetUtcNow()));
        try
        {
            await InsertAsync(accepted, key is null ? null : new IdempotencyKey(tenant, key, hash, accepted.After.Id), cancellation);
        }
        catch (DbUpdateException twice) when (key is not null && DatabaseFaults.IsDuplicate(twice))
        {
            // The same request at the same time, and the other one was quicker.
            return await FindAsync(tenant, key, hash, cancellation) ?? throw new InvalidOperationException("An idempotency key was taken and then gone.", twice);
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

    private async Task<Job?> FindAsync(string tenant, string key, byte[] hash, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        IdempotencyKey? known = await context.IdempotencyKeys.AsNoTracking().SingleOrDefaultAsync(row => row.Tenant == tenant && row.Key == key, cancellation);
        if (known is null)
        {
            return null;
        }

        return known.BodyHash.AsSpan().SequenceEqual(hash)
            ? await context.Jobs.AsNoTracking().SingleAsync(job => job.Id == known.JobId, cancellation)
            : throw new ApiException(
                StatusCodes.Status409Conflict, ErrorCode.IdempotencyConflict, $"The {IdempotencyKey.Header} '{key}' was used with another body; take a new key.", IdempotencyKey.Header);
    }
}
