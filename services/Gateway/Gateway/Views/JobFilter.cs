using Limner.Contracts.Jobs;
using Limner.Gateway.Batches;
using Limner.Gateway.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Views;

/// <summary>Which jobs a list is to have, from the query string, read as strictly as a body.</summary>
internal sealed record JobFilter(JobState? State, JobPriority? Priority, Guid? Batch, DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore, Guid? Cursor, int Limit)
{
    public static JobFilter Parse(IQueryCollection query)
    {
        var fields = new QueryFields(query, "status", "priority", "batch_id", "created_after", "created_before", "cursor", "limit");
        return new JobFilter(
            fields.Choice<JobState>("status"),
            fields.Choice<JobPriority>("priority"),
            fields.Read("batch_id", BatchId.Parse, "the id of a batch"),
            fields.Time("created_after"),
            fields.Time("created_before"),
            fields.Read("cursor", JobId.Parse, "the next_cursor of another page"),
            fields.Limit());
    }

    public IQueryable<Job> Apply(IQueryable<Job> jobs)
    {
        // Constants, since an index of some states or of one priority alone is not used for one that is not known yet.
        jobs = State is { } state ? jobs.Where(job => job.State == EF.Constant(state)) : jobs;
        jobs = Priority is { } priority ? jobs.Where(job => job.Priority == EF.Constant(priority)) : jobs;
        jobs = Batch is { } batch ? jobs.Where(job => job.BatchId == batch) : jobs;
        // Ids begin with the time of acceptance: times are bounds of the same index that gives the order.
        jobs = CreatedAfter is { } after && JobId.Floor(after) is var least ? jobs.Where(job => job.Id.CompareTo(least) >= 0) : jobs;
        jobs = CreatedBefore is { } before && JobId.Floor(before) is var most ? jobs.Where(job => job.Id.CompareTo(most) < 0) : jobs;
        return Cursor is { } cursor ? jobs.Where(job => job.Id.CompareTo(cursor) < 0) : jobs;
    }
}
