using Limner.Gateway.EventStreams;
using Limner.Gateway.Keys;
using Limner.Gateway.Submissions;
using Limner.Gateway.Uploads;
using Limner.Gateway.Waiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Generations;

/// <summary><c>POST /v1/images/generations</c></summary>
internal static class CreateGeneration
{
    public static async Task HandleAsync(
        Caller caller, HttpContext http, GenerationReader reader, JobDrafts drafts, ImagesReply reply, OpenStreams streams, IOptions<GatewayOptions> options, TimeProvider time)
    {
        byte[] body = await ImageRequestReader.ReadWithoutFilesAsync(http.Request, options.Value.MaxBodyBytes, http.RequestAborted);
        Delivery delivery = GenerationReader.ReadDelivery(body);
        using IDisposable? place = delivery.Streams ? streams.Enter(caller.Tenant) : null;
        var request = SynchronousRequest.Of(
            http.Request, caller, body, () => drafts.DraftAloneAsync(reader.Read(body, options.Value, time.GetUtcNow()).Submission, caller, http.RequestAborted));
        await reply.WriteAsync(http, request, delivery);
    }
}
