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

    private readonly ConcurrentDictionary<string, bool> _models = new(StringComparer.Ordinal);

    /// <summary>Names of the models that workers announced since this process started, without versions; those of workers that are gone stay, since others may come.</summary>
    public IReadOnlyList<string> Models => [.. _models.Keys.Order(StringComparer.Ordinal)];

    public void Note(WorkerAnnounced worker)
    {
        _workers[worker.WorkerId] = (worker, time.GetUtcNow());
        if (worker.Stage == JobStage.Decoding && worker.Model.Split(' ')[0] is { Length: > 0 } name)
        {
            _models.TryAdd(name, true);
        }
    }

    /// <summary>Candidates that may be on their way through the stages at once.</summary>
    public int Window()
    {
        DateTimeOffset oldest = time.GetUtcNow() - Remembered;
        int slots = 0;
        foreach ((string id, (WorkerAnnounced worker, DateTimeOffset at)) in _workers)
        {
            if (at < oldest)
            {
                _workers.TryRemove(id, out _);
            }
            else if (worker.Stage == JobStage.Decoding)
            {
                slots += worker.Slots;
            }
        }

        return slots == 0 ? options.Value.UnannouncedWindow : (int)Math.Ceiling(slots * options.Value.CandidatesPerSlot);
    }
}
