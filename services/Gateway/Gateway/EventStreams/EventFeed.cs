using System.Threading.Channels;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.ServiceDefaults.Progress;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.EventStreams;

/// <summary>Brings together what one watcher of a job is told: rows, and progress that is never stored.</summary>
internal sealed class EventFeed(Transactions database, JobSignals signals, IProgressChannel progress, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>Who is not told, by this Gateway's ledger or by <see cref="Waiting.WatchedJobs"/>, finds out by looking.</summary>
    private const int TicksBetweenLooks = 10;

    private const int TicksBetweenBeats = 15;

    private const int MostWaiting = 64;

    /// <summary>Tells events with a number above <paramref name="last"/> until the job's last one.</summary>
    public async Task SendAsync(Guid job, int last, IEventSink sink, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Null wakes. A watcher that is too slow loses the oldest progress and, it may be, a wake; that the rows have changed is kept beside them.
        var wakes = Channel.CreateBounded<JobProgress?>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        int changed = 1, ticks = 0, silent = 0;
        using IDisposable watch = signals.Watch(job, () =>
        {
            Interlocked.Exchange(ref changed, 1);
            wakes.Writer.TryWrite(null);
        });
        wakes.Writer.TryWrite(null);
        Task[] sources = [ListenAsync(job, wakes.Writer, end.Token), TickAsync(wakes.Writer, end.Token)];
        try
        {
            await foreach (JobProgress? told in wakes.Reader.ReadAllAsync(end.Token))
            {
                if (told is not null)
                {
                    silent = await sink.WriteAsync(told, end.Token) ? 0 : silent;
                }
                else
                {
                    silent++;
                    ticks++;
                }

                if (Interlocked.Exchange(ref changed, 0) == 1 || (told is null && ticks % TicksBetweenLooks == 0))
                {
                    List<JobEvent>? rows = await ReadAsync(job, last, end.Token);
                    changed = rows is null ? 1 : changed;
                    foreach (JobEvent row in rows ?? [])
                    {
                        silent = await sink.WriteAsync(row, end.Token) ? 0 : silent;
                        last = row.Number;
                        if (EventView.IsLast(row))
                        {
                            return;
                        }
                    }
                }

                if (silent > TicksBetweenBeats)
                {
                    await sink.BeatAsync(end.Token);
                    silent = 0;
                }
            }
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(sources).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(Guid job, ChannelWriter<JobProgress?> wakes, CancellationToken cancellation)
    {
        await foreach (JobProgress told in progress.SubscribeAsync(job, cancellation))
        {
            wakes.TryWrite(told);
        }
    }

    private async Task TickAsync(ChannelWriter<JobProgress?> wakes, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Tick, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            wakes.TryWrite(null);
        }
    }

    /// <returns>Null while the database is away: the job goes on meanwhile, and so does whoever watches it.</returns>
    private async Task<List<JobEvent>?> ReadAsync(Guid job, int last, CancellationToken cancellation)
    {
        try
        {
            await using GatewayContext context = database.Read();
            return await context.Events.AsNoTracking().Where(told => told.JobId == job && told.Number > last).OrderBy(told => told.Number).ToListAsync(cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && DatabaseFaults.IsUnavailable(fault))
        {
            return null;
        }
    }
}
