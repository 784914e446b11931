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
    /// <param name="caller">Who asks.</param>
    /// <param name="http">What for.</param>
    /// <param name="readDelivery">The part that a request is answered by when it comes again, too.</param>
    /// <param name="read">All of it: not before it is known to be new, since what was accepted once is answered again though its model is gone or its deadline has passed.</param>
    public async Task HandleAsync(Caller caller, HttpContext http, Func<ImageForm, Delivery> readDelivery, Func<ImageForm, GatewayOptions, DateTimeOffset, Generation> read)
    {
        IDisposable? place = null;
        try
        {
            (SynchronousRequest request, Delivery delivery, BegunJob begun) = await requests.ReadAsync(
                http.Request, caller.Tenant,
                form =>
                {
                    Delivery asked = readDelivery(form);
                    place = asked.Streams ? streams.Enter(caller.Tenant) : null;
                    return BeginAsync(form, asked, () => read(form, options.Value, time.GetUtcNow()).Submission, caller, http);
                },
                http.RequestAborted);
            await reply.WriteAsync(http, request, delivery, begun);
        }
        finally
        {
            place?.Dispose();
        }
    }

    private async Task<(SynchronousRequest Request, Delivery Delivery, BegunJob Begun)> BeginAsync(
        ImageForm form, Delivery delivery, Func<Submission> read, Caller caller, HttpContext http)
    {
        CancellationToken gone = http.RequestAborted;
        var request = SynchronousRequest.Of(http.Request, caller, form.Digest(), () => drafts.DraftAsync(read(), caller, gone));
        BegunJob begun = await jobs.BeginAsync(request, gone);
        // Not a retry, of which a job has one: whoever else waited may ask for it anew as well.
        return (request with { Draft = async () => await drafts.AgainAsync(begun.Job, caller, gone) with { RetryOf = null } }, delivery, begun);
    }
}
