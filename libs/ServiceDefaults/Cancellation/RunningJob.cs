using Limner.Contracts.Jobs;

namespace Limner.ServiceDefaults.Cancellation;

/// <summary>Work on a job in this process.</summary>
public sealed class RunningJob : IDisposable
{
    private readonly RunningJobs _jobs;
    private readonly CancellationTokenSource _stop;

    internal RunningJob(RunningJobs jobs, Guid jobId, JobStage stage, DateTimeOffset heard, CancellationToken stopping)
    {
        (_jobs, JobId, Stage, Heard) = (jobs, jobId, stage, heard);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    }

    /// <summary>Ends the work: the job was cancelled, or the process stops.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Whether the job was cancelled: its work is not wanted any more, here or elsewhere.</summary>
    public bool IsCancelled { get; private set; }

    internal Guid JobId { get; }

    internal JobStage Stage { get; }

    /// <summary>When the Gateways last heard of it: when they released it, or were told that it goes on.</summary>
    internal DateTimeOffset Heard { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _jobs.End(this);
        _stop.Dispose();
    }

    internal void Cancel()
    {
        IsCancelled = true;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work ended meanwhile.
        }
    }
}
