namespace Limner.ServiceDefaults.Progress;

/// <summary>From the workers to whoever watches a job: Redis publish/subscribe, or this process. What nobody listens to is gone.</summary>
public interface IProgressChannel
{
    /// <summary>Tells; never waits for the network and never throws for it.</summary>
    void Publish(JobProgress progress);

    /// <summary>What is told of a job from now on, until cancelled. A listener that is too slow loses the oldest.</summary>
    IAsyncEnumerable<JobProgress> SubscribeAsync(Guid jobId, CancellationToken cancellation);
}
