using System.Collections.Concurrent;
using Limner.ServiceDefaults.Progress;
using Microsoft.Extensions.Hosting;

namespace Limner.Gateway.Progress;

/// <summary>
/// The last progress of jobs that somebody asks about. Progress is told once and not kept, so the first question starts the listening and the next ones
/// have the answer; who wants to miss nothing takes the event stream.
/// </summary>
internal sealed class ProgressBoard(IProgressChannel channel, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan Listened = TimeSpan.FromSeconds(30);

    private const int MostJobs = 1000;

    private readonly ConcurrentDictionary<Guid, Entry> _jobs = new();

    public ProgressView? Latest(Guid job)
    {
        if (!_jobs.TryGetValue(job, out Entry? entry))
        {
            entry = new Entry(new CancellationTokenSource(Listened, time));
            if (_jobs.Count >= MostJobs || !_jobs.TryAdd(job, entry))
            {
                return null;
            }

            _ = ListenAsync(job, entry);
        }

        entry.Idle.CancelAfter(Listened);
        return entry.Last;
    }

    private async Task ListenAsync(Guid job, Entry entry)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(entry.Idle.Token, lifetime.ApplicationStopping);
        try
        {
            await foreach (JobProgress progress in channel.SubscribeAsync(job, end.Token))
            {
                entry.Last = ProgressView.Of(progress);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody has asked for long, or the process ends.
        }
        finally
        {
            _jobs.TryRemove(job, out _);
        }
    }

    private sealed class Entry(CancellationTokenSource idle)
    {
        private volatile ProgressView? _last;

        public CancellationTokenSource Idle => idle;

        public ProgressView? Last
        {
            get => _last;
            set => _last = value;
        }
    }
}
