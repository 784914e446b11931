using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Waiting;
using Limner.ObjectStorage;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Generations;

/// <summary>Answers a request with its pictures, whole or as a stream.</summary>
internal sealed class ImagesReply(SynchronousJobs jobs, UnfinishedRequests unfinished, GenerationAnswer answer, GenerationStream stream)
{
    /// <param name="http">Who waits.</param>
    /// <param name="request">What for.</param>
    /// <param name="delivery">How it is handed over.</param>
    /// <param name="begun">Its job, if it has begun.</param>
    public async Task WriteAsync(HttpContext http, SynchronousRequest request, Delivery delivery, BegunJob? begun = null)
    {
        CancellationToken gone = http.RequestAborted;
        if (delivery.Streams)
        {
            bool told = false;
            for (; !told; begun = null)
            {
                BegunJob watched = begun ?? await jobs.BeginAsync(request, gone);
                await jobs.AttendAsync(watched.Job, async () => told = await stream.WriteAsync(http, request, watched, delivery), gone);
            }

            return;
        }

        Job job = await jobs.RunAsync(request, begun, gone);
        if (JobProblem.Of(job) is { } problem)
        {
            throw problem;
        }

        try
        {
            await answer.WriteAsync(http, job, delivery);
        }
        catch (Exception fault) when (!http.Response.HasStarted && fault is ObjectStoreUnavailableException or ApiException)
        {
            // Asked for again, it is drawn already.
            await unfinished.KeepAsync(request, job);
            throw;
        }
    }
}
