using System.Collections.Concurrent;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.ServiceDefaults.Progress;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Events;

/// <summary>
/// Turns the progress of jobs into events, for tenants that have an endpoint that asks for it. The Gateway that releases a job follows it. Progress is passing
/// news: one in a while for each job, and none after a Gateway that followed it has died.
/// </summary>
internal sealed partial class ProgressFollower(
    Transactions database, IProgressChannel channel, DeliverySignal signal, IHostApplicationLifetime lifetime, IOptions<WebhookOptions> options, TimeProvider time,
    ILogger<ProgressFollower> log)
{
    private const int MostFollowed = 1000;

    /// <summary>After so long a silence the row is looked at: another Gateway may have ended the job.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, bool> _followed = new();

    /// <summary>Jobs that were just released.</summary>
    public async Task FollowAsync(IReadOnlyList<Job> released, CancellationToken cancellation)
    {
        string[] tenants = [.. released.Select(job => job.Tenant).Distinct()];
        if (tenants.Length == 0)
        {
            return;
        }

        await using GatewayContext context = database.Read();
        string[] asking = await context.WebhookEndpoints
            .Where(endpoint => tenants.Contains(endpoint.Tenant) && endpoint.Enabled && (endpoint.Events & WebhookEvents.JobProgress) != WebhookEvents.None)
            .Select(endpoint => endpoint.Tenant).Distinct().ToArrayAsync(cancellation);
        foreach (Job job in released.Where(job => asking.Contains(job.Tenant)))
        {
            if (_followed.Count < MostFollowed && _followed.TryAdd(job.Id, true))
            {
                _ = FollowAsync(job.Id);
            }
        }
    }

    private async Task FollowAsync(Guid job)
    {
        try
        {
            while (!await HearAsync(job))
            {
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            LogLost(fault, JobId.Format(job));
        }
        finally
        {
            _followed.TryRemove(job, out _);
        }
    }

    /// <returns>Whether the job is over; false after a silence in which it was not.</returns>
    private async Task<bool> HearAsync(Guid job)
    {
        using var silence = new CancellationTokenSource(Silence, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, lifetime.ApplicationStopping);
        DateTimeOffset next = DateTimeOffset.MinValue;
        try
        {
            await foreach (JobProgress progress in channel.SubscribeAsync(job, end.Token))
            {
                silence.CancelAfter(Silence);
                if (time.GetUtcNow() < next)
                {
                    continue;
                }

                next = time.GetUtcNow() + options.Value.ProgressEvery;
                if (await IsOverAsync(job, progress))
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested)
        {
        }

        return await IsOverAsync(job, null);
    }

    /// <summary>Tells of the progress, if there is some and the job is not over.</summary>
    private async Task<bool> IsOverAsync(Guid id, JobProgress? progress)
    {
        bool over = await database.WriteAsync(async context =>
        {
            Job? job = await context.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, lifetime.ApplicationStopping);
            if (job is { IsOver: false } && progress is not null)
            {
                await EventOutbox.WriteProgressAsync(context, job, progress, time.GetUtcNow(), lifetime.ApplicationStopping);
            }

            return job is null or { IsOver: true };
        }, lifetime.ApplicationStopping);
        signal.Raise();
        return over;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The progress of {Job} is followed no longer")]
    private partial void LogLost(Exception fault, string job);
}
