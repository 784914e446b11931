using System.Globalization;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Queue;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Limits;

/// <summary>
/// Whether a key and its tenant may have one more job, decided in the transaction that writes it down: what is counted are the jobs themselves, so the
/// count is right on every Gateway and after every crash.
/// </summary>
internal sealed class Admission(IOptions<Allowance> tenants, QueueGauge gauge, TimeProvider time)
{
    private static readonly TimeSpan UnknownWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Whether jobs of a caller are counted or charged, and so have to be admitted one after the other.</summary>
    public bool IsLimited(Caller caller, Job job) => Counts(caller, job.Priority) || Charges(caller);

    /// <summary>What is left of the quotas of a caller and his tenant, without a lock.</summary>
    public Task<QuotaRoom> ReadRoomAsync(GatewayContext context, Caller caller, CancellationToken cancellation) =>
        Quota.ReadRoomAsync(context, caller, tenants.Value, time.GetUtcNow(), cancellation);

    /// <returns>The job with what it takes from quotas.</returns>
    /// <exception cref="ApiException">429: too many jobs at once, or a quota is used up. The transaction is as it was and can go on.</exception>
    public async Task<Job> AdmitAsync(GatewayContext context, Caller caller, Job job, CancellationToken cancellation)
    {
        if (IsLimited(caller, job))
        {
            await context.LockTenantAsync(caller.Tenant, cancellation);
        }

        await RefuseIfTooManyAsync(context, caller, job.Priority, job.Work, cancellation);
        return Charges(caller) ? job with { Reservation = await Quota.ReserveAsync(context, caller, tenants.Value, job, time.GetUtcNow(), cancellation) } : job;
    }

    /// <summary>What is under way now; without the tenant's lock others may be admitted meanwhile.</summary>
    /// <exception cref="ApiException">429: too many jobs at once.</exception>
    public async Task RefuseIfTooManyAsync(GatewayContext context, Caller caller, JobPriority priority, long work, CancellationToken cancellation)
    {
        if (Counts(caller, priority))
        {
            IQueryable<Job> open = context.Jobs.Where(other => other.Tenant == caller.Tenant && other.State < JobState.Completed && other.Priority == JobPriority.Interactive);
            await RefuseIfTooManyAsync(open, tenants.Value.ConcurrentJobs, "of this tenant", work, cancellation);
            await RefuseIfTooManyAsync(open.Where(other => other.KeyId == caller.KeyId), caller.Allowance.ConcurrentJobs, "of this key", work, cancellation);
        }
    }

    private bool Counts(Caller caller, JobPriority priority) =>
        priority == JobPriority.Interactive && (tenants.Value.ConcurrentJobs ?? caller.Allowance.ConcurrentJobs) is not null;

    private bool Charges(Caller caller) => tenants.Value.HasQuota || caller.Allowance.HasQuota;

    private async Task RefuseIfTooManyAsync(IQueryable<Job> open, int? limit, string whose, long work, CancellationToken cancellation)
    {
        if (limit is not { } most || await open.Take(most).CountAsync(cancellation) < most)
        {
            return;
        }

        TimeSpan wait = gauge.Snapshot.WorkPerSecond is { } rate and > 0 ? TimeSpan.FromSeconds(Math.Clamp(work / rate, 1, LongestWait.TotalSeconds)) : UnknownWait;
        string message = string.Create(
            CultureInfo.InvariantCulture, $"{most} interactive jobs {whose} are under way, and no more may be. Try again in {Math.Ceiling(wait.TotalSeconds)} s, or with priority 'batch'.");
        throw new ApiException(StatusCodes.Status429TooManyRequests, ErrorCode.RateLimitExceeded, message, retryAfter: wait);
    }
}
