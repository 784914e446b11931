using Limner.Gateway.Cancellation;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Progress;
using Limner.Gateway.Queue;
using Limner.ServiceDefaults.Progress;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Views;

/// <summary>Reading and taking back jobs. The tenant stands in every query: another's job is not found rather than forbidden.</summary>
internal static class JobEndpoints
{
    /// <summary><c>GET /v1/jobs</c></summary>
    public static async Task<Ok<JobPage>> ListAsync(Caller caller, HttpRequest request, Transactions database, CancellationToken cancellation)
    {
        JobFilter filter = JobFilter.Parse(request.Query);
        await using GatewayContext context = database.Read();
        List<Job> jobs = await filter.Apply(context.Jobs.AsNoTracking().Where(job => job.Tenant == caller.Tenant))
            .OrderByDescending(job => job.Id).Take(filter.Limit + 1).ToListAsync(cancellation);
        bool more = jobs.Count > filter.Limit;
        JobView[] page = [.. jobs.Take(filter.Limit).Select(JobView.Of)];
        return TypedResults.Ok(new JobPage(page, more, more ? page[^1].Id : null));
    }

    /// <summary><c>GET /v1/jobs/{id}</c></summary>
    public static async Task<Ok<JobView>> GetAsync(
        string id, Caller caller, Transactions database, QueueGauge gauge, IProgressChannel progress, CancellationToken cancellation)
    {
        Job job = await FindAsync(id, caller, database, cancellation);
        JobView view = JobView.Of(job);
        return TypedResults.Ok(job.State switch
        {
            JobState.Queued => view with { Queue = QueueView.Of(QueueEstimate.Of(job, await CountAheadAsync(job, database, gauge.Snapshot, cancellation), gauge.Snapshot)) },
            JobState.Running => view with { Progress = ProgressView.Of(job, await progress.LatestAsync(job.Id, cancellation)) },
            _ => view,
        });
    }

    /// <summary><c>DELETE /v1/jobs/{id}</c>: cancels; a job that is over stays as it is.</summary>
    public static async Task<Ok<JobView>> CancelAsync(string id, Caller caller, Transactions database, JobCancellation cancel, CancellationToken cancellation)
    {
        Job job = await FindAsync(id, caller, database, cancellation);
        bool cancelled = await cancel.CancelAsync(job.Id, JobCancellation.ByOwner, cancellation);
        return TypedResults.Ok(JobView.Of(cancelled || !job.IsOver ? await FindAsync(id, caller, database, cancellation) : job));
    }

    /// <exception cref="ApiException">There is no such job of this tenant.</exception>
    public static async Task<Job> FindAsync(string id, Caller caller, Transactions database, CancellationToken cancellation)
    {
        if (JobId.Parse(id) is not { } jobId)
        {
            throw ApiException.NoJob(id);
        }

        await using GatewayContext context = database.Read();
        return await context.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == jobId && job.Tenant == caller.Tenant, cancellation) ?? throw ApiException.NoJob(id);
    }

    /// <summary>What is behind more is taken to be behind all that its tenant has waiting: counting it would cost more with every job.</summary>
    private const int MostCounted = 10_000;

    private static async Task<int> CountAheadAsync(Job job, Transactions database, QueueSnapshot queue, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        int ahead = await context.Jobs.Where(other => other.State == JobState.Queued && other.Priority == job.Priority && other.Tenant == job.Tenant && other.Id.CompareTo(job.Id) < 0)
            .Take(MostCounted).CountAsync(cancellation);
        return ahead < MostCounted ? ahead : Math.Max(ahead, queue.Shares.Where(share => share.Priority == job.Priority && share.Tenant == job.Tenant).Sum(share => share.Jobs));
    }
}
