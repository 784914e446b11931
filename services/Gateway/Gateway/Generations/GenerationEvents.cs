using System.Text;
using System.Text.Json;
using Limner.Gateway.Errors;
using Limner.Gateway.EventStreams;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Views;
using Limner.ObjectStorage;
using Limner.ServiceDefaults.Progress;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Generations;

/// <summary>
/// <c>image_generation.partial_image</c> and <c>image_generation.completed</c>, of an edit <c>image_edit</c>. The response begins with the first of them, so that a prompt that is refused
/// before is an error with a status like any other.
/// </summary>
internal sealed class GenerationEvents(
    HttpResponse response, Job job, Delivery delivery, ImageFiles files, Previews previews, Func<Guid, CancellationToken, Task<Job>> find, TimeProvider time) : IEventSink
{
    private readonly Dictionary<int, int> _partials = [];
    private bool _isWithinEvent;

    public async Task<bool> WriteAsync(JobEvent told, CancellationToken cancellation)
    {
        if (told.Kind != JobEventKind.CandidateApproved)
        {
            return false;
        }

        Job now = await find(job.Id, cancellation);
        Candidate picture = now.Candidates.First(candidate => candidate.Index == told.Candidate);
        await using Stream file = await files.OpenAsync(picture.Image!, delivery.Format, delivery.Quality, cancellation)
            ?? throw new ObjectStoreUnavailableException("An approved picture is not in the store.");
        await SendAsync($"{delivery.EventName}.completed", file, json => json.WriteUsage(job, [picture]));
        return true;
    }

    public async Task<bool> WriteAsync(JobProgress progress, CancellationToken cancellation)
    {
        int sent = _partials.GetValueOrDefault(progress.Candidate);
        // Spread over the steps: of one it is the half, of three the quarters.
        bool isDue = sent < delivery.PartialImages && (long)progress.Step * (delivery.PartialImages + 1) >= (long)(sent + 1) * progress.Steps;
        if (!isDue || !await previews.SendAsync(
            job, progress, delivery, file => SendAsync($"{delivery.EventName}.partial_image", file, json => json.WriteNumber("partial_image_index", sent)), cancellation))
        {
            return false;
        }

        _partials[progress.Candidate] = sent + 1;
        return true;
    }

    public async Task BeatAsync(CancellationToken cancellation)
    {
        Begin();
        await response.WriteAsync(": still here\n\n", cancellation);
        await response.Body.FlushAsync(cancellation);
    }

    /// <exception cref="ApiException">Nothing was sent yet: the problem itself.</exception>
    public async Task FailAsync(ApiException problem, CancellationToken cancellation)
    {
        if (_isWithinEvent)
        {
            // What is written now would be part of a picture. A client drops an event that is cut off, and sees that the connection broke.
            response.HttpContext.Abort();
        }
        else if (response.HasStarted)
        {
            await response.WriteAsync($"event: error\ndata: {JsonSerializer.Serialize(ErrorEnvelope.Of(problem), JsonSerializerOptions.Web)}\n\n", cancellation);
        }
        else
        {
            throw problem;
        }
    }

    // What has begun is written to its end, though the process is to stop meanwhile: only its reader's going ends it.
    private async Task SendAsync(string type, Stream file, Action<Utf8JsonWriter> rest)
    {
        CancellationToken gone = response.HttpContext.RequestAborted;
        Begin();
        _isWithinEvent = true;
        await response.WriteAsync($"event: {type}\ndata: ", gone);
        await using (var json = new Utf8JsonWriter(response.Body, ApiJson.Pieces))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            await json.WriteFileAsync(file, gone);
            json.WriteNumber("created_at", time.GetUtcNow().ToUnixTimeSeconds());
            json.WriteForm(job, delivery);
            rest(json);
            json.WriteEndObject();
            await json.FlushAsync(gone);
        }

        await response.WriteAsync("\n\n", Encoding.UTF8, gone);
        await response.Body.FlushAsync(gone);
        _isWithinEvent = false;
    }

    private void Begin()
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            response.Headers["x-job-id"] = JobId.Format(job.Id);
        }
    }
}
