using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.EventStreams;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Waiting;
using Limner.ObjectStorage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Limner.Gateway.Generations;

/// <summary>The answer to whoever watches: server-sent events, a picture as soon as it is approved.</summary>
internal sealed class GenerationStream(
    Transactions database, KeyDirectory keys, EventFeed feed, ImageFiles files, Previews previews, UnfinishedRequests unfinished, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <returns>Whether he was told what became of the job; false if somebody else who watched it left it last, before anything was told: it is to be asked for anew.</returns>
    public async Task<bool> WriteAsync(HttpContext http, SynchronousRequest request, BegunJob begun, Delivery delivery)
    {
        Job job = begun.Job;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var events = new GenerationEvents(http.Response, job, delivery, files, previews, FindAsync, time);
        Task watch = keys.CancelWhenClosedAsync(request.Caller.KeyId, end);
        ApiException? problem;
        try
        {
            await feed.SendAsync(job.Id, last: 0, events, end.Token);
            Job over = await FindAsync(job.Id, http.RequestAborted);
            if (SynchronousJobs.WasLeft(over) && !http.Response.HasStarted)
            {
                return false;
            }

            problem = JobProblem.Of(over);
            await unfinished.EndAsync(request, begun);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            await unfinished.KeepAsync(request, job);
            problem = lifetime.ApplicationStopping.IsCancellationRequested ? JobProblem.StillRunning(job, "This Gateway stops.") : KeyEnded(job);
        }
        catch (ObjectStoreUnavailableException)
        {
            // Asked for again, it is drawn already.
            await unfinished.KeepAsync(request, job);
            problem = ApiException.Unavailable(ErrorCode.StorageUnavailable, "The picture was drawn and cannot be reached just now; try again.");
        }
        finally
        {
            await end.CancelAsync();
            await watch;
        }

        if (problem is not null)
        {
            await events.FailAsync(problem, http.RequestAborted);
        }

        return true;
    }

    private static ApiException KeyEnded(Job job) => new(StatusCodes.Status401Unauthorized, ErrorCode.InvalidApiKey, "The API key was revoked or has expired meanwhile.") { Job = job.Id };

    private async Task<Job> FindAsync(Guid id, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await using GatewayContext context = database.Read();
                return await context.Jobs.AsNoTracking().SingleAsync(job => job.Id == id, cancellation);
            }
            catch (Exception fault) when (fault is not OperationCanceledException && DatabaseFaults.IsUnavailable(fault))
            {
                await Task.Delay(Look, time, cancellation);
            }
        }
    }
}
