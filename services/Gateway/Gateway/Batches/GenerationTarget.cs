using System.Text.Json;
using Limner.Gateway.Errors;
using Limner.Gateway.Generations;
using Limner.Gateway.Jobs;
using Limner.Gateway.Submissions;
using Limner.Gateway.Waiting;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Batches;

/// <summary>Lines that ask <c>POST /v1/images/generations</c>; the result is what that answers, with pictures in base64 or at signed addresses as the line asked.</summary>
internal sealed class GenerationTarget(GenerationReader reader, GenerationAnswer answer, IOptions<GatewayOptions> options) : IBatchTarget
{
    public string Url => "/v1/images/generations";

    public Submission Read(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        if (reader.ReadDelivery(body).Streams)
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "stream", "stream is true; a line of a batch has one answer, so leave it out.");
        }

        return reader.Read(body, options.Value, now).Submission;
    }

    public Task<ApiException?> FindProblemAsync(Job job, ReadOnlyMemory<byte> body, CancellationToken cancellation) => Task.FromResult(JobProblem.Of(job));

    public Task WriteAsync(Utf8JsonWriter json, Job job, ReadOnlyMemory<byte> body, Batch batch, CancellationToken cancellation) =>
        answer.WriteAsync(json, job, reader.ReadDelivery(body), batch.Home, cancellation);
}
