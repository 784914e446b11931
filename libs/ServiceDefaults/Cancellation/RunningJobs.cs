using Limner.Contracts.Jobs;

namespace Limner.ServiceDefaults.Cancellation;

/// <summary>The jobs that this process has a part of, so that a cancel finds them at once and the Gateways hear that they are not lost; safe from any thread.</summary>
public sealed class RunningJobs(TimeProvider time)
{
    // A cancel may overtake the message that begins the work, and Redis, which remembers cancels too, may be down.
    private const int Remembered = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, List<RunningJob>> _running = [];
    private readonly HashSet<Guid> _cancelled = [];
    private readonly Queue<Guid> _oldest = new();
    private readonly Dictionary<JobStage, DateTimeOffset> _newest = [];

    /// <summary>Registers work on a job, until it is disposed. A job may have several, one for each candidate.</summary>
    /// <param name="job">The job.</param>
    /// <param name="stage">What is done of it.</param>
    /// <param name="stopping">Ends the work for another reason: the process stops, the broker is gone.</param>
    public RunningJob Begin(JobDescription job, JobStage stage, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(job);
        var part = new RunningJob(this, job.JobId, stage, job.Released ?? time.GetUtcNow(), stopping);
        lock (_gate)
        {
            if (!_running.TryGetValue(job.JobId, out List<RunningJob>? parts))
            {
                _running[job.JobId] = parts = [];
            }

            parts.Add(part);
            if (job.Released > _newest.GetValueOrDefault(stage))
            {
                _newest[stage] = job.Released.Value;
            }

            if (_cancelled.Contains(job.JobId))
            {
                part.Cancel();
            }
        }

        return part;
    }

    /// <summary>Cancels all work on a job, and what begins on it later.</summary>
    public void Cancel(Guid jobId)
    {
        RunningJob[] parts;
        lock (_gate)
        {
            if (_cancelled.Add(jobId))
            {
                _oldest.Enqueue(jobId);
            }

            if (_oldest.Count > Remembered)
            {
                _cancelled.Remove(_oldest.Dequeue());
            }

            parts = [.. _running.GetValueOrDefault(jobId, [])];
        }

        // Outside the lock: what waits for the token goes on here, and may well end its work.
        foreach (RunningJob part in parts)
        {
            part.Cancel();
        }
    }

    /// <summary>How much of a stage's work this process has, and when the newest of all that it ever had was released.</summary>
    internal (int Held, DateTimeOffset Newest) Of(JobStage stage)
    {
        lock (_gate)
        {
            return (_running.Values.Sum(parts => parts.Count(part => part.Stage == stage)), _newest.GetValueOrDefault(stage));
        }
    }

    /// <summary>The work of which the Gateways have not heard since then.</summary>
    internal RunningJob[] UnheardSince(DateTimeOffset then)
    {
        lock (_gate)
        {
            return [.. _running.Values.SelectMany(parts => parts).Where(part => part.Heard <= then)];
        }
    }

    internal void End(RunningJob job)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(job.JobId, out List<RunningJob>? parts) && parts.Remove(job) && parts.Count == 0)
            {
                _running.Remove(job.JobId);
            }
        }
    }
}
