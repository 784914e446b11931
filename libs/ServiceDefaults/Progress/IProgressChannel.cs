namespace Limner.ServiceDefaults.Progress;

/// <summary>From the workers to whoever watches a job: over Redis, or within this process. What nobody listens to is gone, but for the last.</summary>
public interface IProgressChannel
{
    /// <summary>Tells, in the order of the calls; never throws for the network, and nobody has to await it.</summary>
    /// <returns>Whether anybody listens; false also where that cannot be known.</returns>
    Task<bool> PublishAsync(JobProgress progress);

    /// <summary>What is told of a job from now on, until cancelled. A listener that is too slow loses the oldest.</summary>
    IAsyncEnumerable<JobProgress> SubscribeAsync(Guid jobId, CancellationToken cancellation);

    /// <summary>What was last told of a job, without its preview; null if that was nothing, long ago, or cannot be had.</summary>
    Task<JobProgress?> LatestAsync(Guid jobId, CancellationToken cancellation);
}
