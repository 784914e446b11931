using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Waiting;

/// <summary>Waits until a job is over.</summary>
internal sealed class JobEnd(Transactions database, JobSignals signals, IOptions<ImagesOptions> options, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>Who is not told, by this Gateway's ledger or by <see cref="WatchedJobs"/>, finds out by looking.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    /// <returns>The job; null if it is not over when the limit is reached or this process drains.</returns>
    /// <exception cref="OperationCanceledException">Whoever waited is gone.</exception>
    public async Task<Job?> WaitAsync(Guid id, CancellationToken gone)
    {
        var wake = new DispatchSignal();
        using IDisposable watch = signals.Watch(id, wake.Raise);
        using var limit = new CancellationTokenSource(options.Value.WaitLimit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, limit.Token, lifetime.ApplicationStopping);
        try
        {
            while (true)
            {
                if (await LookAsync(id, end.Token) is { IsOver: true } job)
                {
                    return job;
                }

                await wake.WaitAsync(Look, time, end.Token);
            }
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>Null also while the database is away: the job is accepted, so there is something to wait for.</returns>
    private async Task<Job?> LookAsync(Guid id, CancellationToken cancellation)
    {
        try
        {
            await using GatewayContext context = database.Read();
            return await context.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && DatabaseFaults.IsUnavailable(fault))
        {
            return null;
        }
    }
}
