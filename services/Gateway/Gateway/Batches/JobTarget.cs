using System.Text.Json;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Submissions;
using Limner.Gateway.Uploads;
using Limner.Gateway.Views;
using Limner.Gateway.Waiting;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Batches;

/// <summary>Lines that ask <c>POST /v1/jobs</c>; the result is the job as <c>GET</c> shows it.</summary>
internal sealed class JobTarget(IOptions<GatewayOptions> options, IOptions<UploadOptions> uploads) : IBatchTarget
{
    private static readonly JsonSerializerOptions Json = ApiJson.Create();

    public string Url => "/v1/jobs";

    public Submission Read(ReadOnlyMemory<byte> body, DateTimeOffset now) => SubmissionReader.Read(body, options.Value, uploads.Value.MaxPixels, now);

    // Whether its images were approved is said by each of them.
    public Task<ApiException?> FindProblemAsync(Job job, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        Task.FromResult(job.State == JobState.Completed ? null : JobProblem.Of(job));

    public Task WriteAsync(Utf8JsonWriter json, Job job, ReadOnlyMemory<byte> body, Batch batch, CancellationToken cancellation)
    {
        // Not straight into the writer: that flushes it, and its stream takes nothing synchronously.
        json.WriteRawValue(JsonSerializer.SerializeToUtf8Bytes(JobView.Of(job), Json), skipInputValidation: true);
        return Task.CompletedTask;
    }
}
