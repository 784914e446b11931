using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Uploads;
using Limner.Gateway.Waiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Generations;

/// <summary><c>POST /v1/images/generations</c></summary>
internal static class CreateGeneration
{
    public static async Task HandleAsync(
        Caller caller, HttpContext http, GenerationReader reader, SynchronousJobs jobs, GenerationAnswer answer, GenerationStream stream, IOptions<GatewayOptions> options, TimeProvider time)
    {
        CancellationToken gone = http.RequestAborted;
        byte[] body = await ImageRequestReader.ReadWithoutFilesAsync(http.Request, options.Value.MaxBodyBytes, gone);
        Delivery delivery = reader.ReadDelivery(body);
        SynchronousRequest request = SynchronousRequest.Of(http.Request, caller, body, () => reader.Read(body, options.Value, time.GetUtcNow()).Submission);
        if (delivery.Streams)
        {
            Job watched = await jobs.BeginAsync(request, gone);
            await jobs.AttendAsync(watched, () => stream.WriteAsync(http, watched, delivery), gone);
            return;
        }

        Job job = await jobs.RunAsync(request, gone);
        if (JobProblem.Of(job) is { } problem)
        {
            throw problem;
        }

        await answer.WriteAsync(http, job, delivery);
    }
}
