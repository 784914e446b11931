namespace Limner.ServiceDefaults.Progress;

/// <summary>From the workers to whoever watches a job: over Redis, or within this process. What nobody listens to is gone, but for the last.</summary>
public interface IProgressChannel
{
    /// <summary>Tells; never waits for the network and never throws for it.</summary>
    void Publish(JobProgress progress);

    /// <summary>What is told of a job from now on, until cancelled. A listener that is too slow loses the oldest.</summary>
    IAsyncEnumerable<JobProgress> SubscribeAsync(Guid jobId, CancellationToken cancellation);

    /// <summary>What was last told of a job, without its preview; null if that was nothing, long ago, or cannot be had.</summary>
    Task<JobProgress?> LatestAsync(Guid jobId, CancellationToken cancellation);
}
