using System.Threading.Channels;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.ServiceDefaults.Progress;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.EventStreams;

/// <summary>Brings together what one watcher of a job is told: rows, and progress that is never stored.</summary>
internal sealed class EventFeed(Transactions database, JobSignals signals, IProgressChannel progress, TimeProvider time)
{
    /// <summary>Another Gateway may have written the row; this one finds out by looking.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private const int LooksBetweenBeats = 15;

    private const int MostWaiting = 64;

    /// <summary>Tells events with a number above <paramref name="last"/> until the job's last one.</summary>
    public async Task SendAsync(Guid job, int last, IEventSink sink, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Null says: look at the rows. A watcher that is too slow loses the oldest progress; a lost wake is made up by the next look.
        var wakes = Channel.CreateBounded<JobProgress?>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        using IDisposable watch = signals.Watch(job, () => wakes.Writer.TryWrite(null));
        wakes.Writer.TryWrite(null);
        Task[] sources = [ListenAsync(job, wakes.Writer, end.Token), TickAsync(wakes.Writer, end.Token)];
        try
        {
            int silent = 0;
            await foreach (JobProgress? told in wakes.Reader.ReadAllAsync(end.Token))
            {
                if (told is not null)
                {
                    silent = await sink.WriteAsync(told, end.Token) ? 0 : silent;
                    continue;
                }

                foreach (JobEvent row in await ReadAsync(job, last, end.Token))
                {
                    silent = await sink.WriteAsync(row, end.Token) ? 0 : silent;
                    last = row.Number;
                    if (EventView.IsLast(row))
                    {
                        return;
                    }
                }

                if (++silent > LooksBetweenBeats)
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
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            wakes.TryWrite(null);
        }
    }

    private async Task<List<JobEvent>> ReadAsync(Guid job, int last, CancellationToken cancellation)
    {
        try
        {
            await using GatewayContext context = database.Read();
            return await context.Events.AsNoTracking().Where(told => told.JobId == job && told.Number > last).OrderBy(told => told.Number).ToListAsync(cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && DatabaseFaults.IsUnavailable(fault))
        {
            return []; // The job goes on meanwhile, and so does whoever watches it: the next look may succeed.
        }
    }
}
