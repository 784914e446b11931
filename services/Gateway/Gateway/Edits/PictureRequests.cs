using Limner.Gateway.EventStreams;
using Limner.Gateway.Generations;
using Limner.Gateway.Keys;
using Limner.Gateway.Submissions;
using Limner.Gateway.Uploads;
using Limner.Gateway.Waiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Edits;

/// <summary>Requests that bring pictures and wait for pictures. What they bring is held in memory only in their turn: when that is over, the job has it in the store.</summary>
internal sealed class PictureRequests(
    ImageRequestReader requests, JobDrafts drafts, SynchronousJobs jobs, ImagesReply reply, OpenStreams streams, IOptions<GatewayOptions> options, TimeProvider time)
{
    public async Task HandleAsync(Caller caller, HttpContext http, Func<ImageForm, GatewayOptions, DateTimeOffset, Generation> read)
    {
        IDisposable? place = null;
        try
        {
            (SynchronousRequest request, Delivery delivery, BegunJob begun) = await requests.ReadAsync(
                http.Request, caller.Tenant,
                form =>
                {
                    Generation asked = read(form, options.Value, time.GetUtcNow());
                    place = asked.Delivery.Streams ? streams.Enter(caller.Tenant) : null;
                    return BeginAsync(form, asked, caller, http);
                },
                http.RequestAborted);
            await reply.WriteAsync(http, request, delivery, begun);
        }
        finally
        {
            place?.Dispose();
        }
    }

    private async Task<(SynchronousRequest Request, Delivery Delivery, BegunJob Begun)> BeginAsync(ImageForm form, Generation asked, Caller caller, HttpContext http)
    {
        CancellationToken gone = http.RequestAborted;
        var request = SynchronousRequest.Of(http.Request, caller, form.Digest(), () => drafts.DraftAsync(asked.Submission, caller, gone));
        BegunJob begun = await jobs.BeginAsync(request, gone);
        return (request with { Draft = () => drafts.AgainAsync(begun.Job, caller, gone) }, asked.Delivery, begun);
    }
}
