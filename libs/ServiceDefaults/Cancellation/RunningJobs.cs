namespace Limner.ServiceDefaults.Cancellation;

/// <summary>The jobs that this process has a part of, so that a cancel finds them at once; safe from any thread.</summary>
public sealed class RunningJobs
{
    // A cancel may overtake the message that begins the work, and Redis, which remembers cancels too, may be down.
    private const int Remembered = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, List<RunningJob>> _running = [];
    private readonly HashSet<Guid> _cancelled = [];
    private readonly Queue<Guid> _oldest = new();

    /// <summary>Registers work on a job, until it is disposed. A job may have several, one for each candidate.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="stopping">Ends the work for another reason: the process stops, the broker is gone.</param>
    public RunningJob Begin(Guid jobId, CancellationToken stopping)
    {
        var job = new RunningJob(this, jobId, stopping);
        lock (_gate)
        {
            if (!_running.TryGetValue(jobId, out var parts))
                _running[jobId] = parts = [];
            parts.Add(job);
            if (_cancelled.Contains(jobId))
                job.Cancel();
        }

        return job;
    }

    /// <summary>Cancels all work on a job, and what begins on it later.</summary>
    public void Cancel(Guid jobId)
    {
        RunningJob[] parts;
        lock (_gate)
        {
            if (_cancelled.Add(jobId))
                _oldest.Enqueue(jobId);
            if (_oldest.Count > Remembered)
                _cancelled.Remove(_oldest.Dequeue());
            parts = [.. _running.GetValueOrDefault(jobId, [])];
        }

        // Outside the lock: what waits for the token goes on here, and may well end its work.
        foreach (var part in parts)
            part.Cancel();
    }

    internal void End(RunningJob job)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(job.JobId, out var parts) && parts.Remove(job) && parts.Count == 0)
                _running.Remove(job.JobId);
        }
    }
}
