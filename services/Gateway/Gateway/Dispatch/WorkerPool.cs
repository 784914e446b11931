using System.Collections.Concurrent;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Dispatch;

/// <summary>The workers that announced themselves lately, and how much the broker may hold for them.</summary>
internal sealed class WorkerPool(IOptions<DispatchOptions> options, TimeProvider time)
{
    /// <summary>Workers announce themselves every few seconds; one that is silent for so long is gone.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, (WorkerAnnounced Worker, DateTimeOffset At)> _workers = new(StringComparer.Ordinal);

    /// <summary>The stages in which a job may wait for long.</summary>
    private static readonly JobStage[] Slow = [JobStage.Encoding, JobStage.Decoding];

    private static readonly DateTimeOffset Nothing = DateTimeOffset.UnixEpoch;

    private readonly ConcurrentDictionary<JobStage, DateTimeOffset> _reached = new();

    private readonly ConcurrentDictionary<string, bool> _models = new(StringComparer.Ordinal);

    /// <summary>Names of the models that workers announced since this process started, without versions; those of workers that are gone stay, since others may come.</summary>
    public IReadOnlyList<string> Models => [.. _models.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The model of the Decoders that announced themselves lately, or else of those that did before: the first by name, where there are several.</summary>
    public string? Drawing
    {
        get
        {
            string[] lately = [.. Lately(JobStage.Decoding).Select(NameOf).Where(name => name.Length > 0)];
            return (lately.Length > 0 ? lately : _models.Keys).Order(StringComparer.Ordinal).FirstOrDefault();
        }
    }

    /// <summary>Adapters that Decoders have which announced themselves lately. Null if nobody can say: there are none, or one that does not tell.</summary>
    public IReadOnlyList<string>? Adapters
    {
        get
        {
            WorkerAnnounced[] decoders = Lately(JobStage.Decoding);
            return decoders.Length == 0 || decoders.Any(worker => worker.Adapters is null) ? null
                : [.. decoders.SelectMany(worker => worker.Adapters!).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Tokens of a prompt that any of the Encoders reads which announced themselves lately; null if nobody can say.</summary>
    public int? PromptTokens
    {
        get
        {
            WorkerAnnounced[] encoders = Lately(JobStage.Encoding);
            return encoders.Length == 0 || encoders.Any(worker => worker.PromptTokens is null) ? null : encoders.Max(worker => worker.PromptTokens);
        }
    }

    public void Note(WorkerAnnounced worker)
    {
        DateTimeOffset now = time.GetUtcNow();
        _workers[worker.WorkerId] = (worker, now);
        // One that has just started has reached nothing: the first moment there is, from which no patience can be taken off.
        DateTimeOffset reached = worker.Reached is { } told && told < Nothing ? Nothing : worker.Reached ?? now;
        _reached.AddOrUpdate(worker.Stage, reached, (_, before) => reached > before ? reached : before);
        if (worker.Stage == JobStage.Decoding && NameOf(worker) is { Length: > 0 } name)
        {
            _models.TryAdd(name, true);
        }
    }

    /// <summary>
    /// What was released before has left the broker, so that where it is not heard of it is lost. While there is no pool this stands still: nobody would take up what is
    /// published again, and what waits for the pool is not lost.
    /// </summary>
    public DateTimeOffset Reached() => Slow.Min(stage => _reached.GetValueOrDefault(stage, Nothing));

    /// <summary>Candidates that may be on their way through the stages at once.</summary>
    public int Window()
    {
        int slots = Lately(JobStage.Decoding).Sum(worker => worker.Slots);
        return slots == 0 ? options.Value.UnannouncedWindow : (int)Math.Ceiling(slots * options.Value.CandidatesPerSlot);
    }

    private static string NameOf(WorkerAnnounced worker) => worker.Model.Split(' ')[0];

    private WorkerAnnounced[] Lately(JobStage stage)
    {
        DateTimeOffset oldest = time.GetUtcNow() - Remembered;
        foreach (KeyValuePair<string, (WorkerAnnounced Worker, DateTimeOffset At)> known in _workers)
        {
            if (known.Value.At < oldest)
            {
                _workers.TryRemove(known); // not if it has announced itself meanwhile
            }
        }

        return [.. _workers.Values.Where(known => known.Worker.Stage == stage).Select(known => known.Worker)];
    }
}
