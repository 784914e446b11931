using Limner.Contracts.Jobs;
using Limner.ServiceDefaults.Cancellation;

namespace Limner.Moderation.Jobs;

/// <summary>Whether anybody still waits for a job. The Gateway ends those whose deadline is over; their messages are dropped.</summary>
internal sealed class WantedJobs(TimeProvider clock, ICancelFlags cancels)
{
    public async Task<bool> ContainAsync(JobDescription job, CancellationToken cancellation) =>
        job.Deadline > clock.GetUtcNow() && !await cancels.IsRaisedAsync(job.JobId, cancellation);
}
