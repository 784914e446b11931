using System.Net.Mime;
using System.Text.Json;
using Limner.Contracts.Images;
using Limner.Gateway.Errors;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Generations;

/// <summary>The answer to whoever waited: <c>{"created", "data": […], …}</c>, with the pictures that were approved.</summary>
internal sealed class GenerationAnswer(ImageFiles files, ImageLinks links)
{
    public async Task WriteAsync(HttpContext http, Job job, Delivery delivery)
    {
        // Before anything is written, so that a store that is away is still an error of its own.
        Stream? first = delivery.AsUrl ? null : await OpenAsync(Approved(job)[0].Image!, delivery, http.RequestAborted);
        http.Response.ContentType = MediaTypeNames.Application.Json;
        http.Response.Headers["x-job-id"] = JobId.Format(job.Id);
        await using var json = new Utf8JsonWriter(http.Response.Body);
        await WriteAsync(json, job, delivery, first, $"{http.Request.Scheme}://{http.Request.Host}", http.RequestAborted);
        await json.FlushAsync(http.RequestAborted);
    }

    /// <summary>The answer alone, into another document.</summary>
    public Task WriteAsync(Utf8JsonWriter json, Job job, Delivery delivery, string askedAt, CancellationToken cancellation) =>
        WriteAsync(json, job, delivery, null, askedAt, cancellation);

    private static Candidate[] Approved(Job job) => [.. job.Candidates.Where(candidate => candidate.State == CandidateState.Approved)];

    private async Task WriteAsync(Utf8JsonWriter json, Job job, Delivery delivery, Stream? first, string askedAt, CancellationToken cancellation)
    {
        Candidate[] pictures = Approved(job);
        json.WriteStartObject();
        json.WriteNumber("created", job.Created.ToUnixTimeSeconds());
        json.WriteStartArray("data");
        foreach (Candidate picture in pictures)
        {
            json.WriteStartObject();
            if (delivery.AsUrl)
            {
                json.WriteString("url", await links.LinkAsync(ImageId.Format(job.Id, picture.Index), picture.Image!, delivery, askedAt, cancellation));
            }
            else
            {
                await using Stream file = first ?? await OpenAsync(picture.Image!, delivery, cancellation);
                first = null;
                await json.WriteFileAsync(file, cancellation);
            }

            if (delivery.RepeatsPrompt)
            {
                json.WriteString("revised_prompt", job.Prompt);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteForm(job, delivery);
        json.WriteUsage(job, pictures);
        json.WriteEndObject();
    }

    private async Task<Stream> OpenAsync(StoredImage image, Delivery delivery, CancellationToken cancellation) =>
        await files.OpenAsync(image, delivery.Format, delivery.Quality, cancellation)
        ?? throw ApiException.Unavailable(ErrorCode.StorageUnavailable, "The picture was drawn and the store does not have it just now; try again.");
}
