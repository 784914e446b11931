using System.Net.Mime;
using System.Text.Json;
using Limner.Contracts.Images;
using Limner.Gateway.Errors;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Generations;

/// <summary>The answer with the pictures that were approved: <c>{"created", "data": […], …}</c>.</summary>
internal sealed class GenerationAnswer(ImageFiles files, ImageLinks links)
{
    /// <summary>To whoever waited for it.</summary>
    public async Task WriteAsync(HttpContext http, Job job, Delivery delivery)
    {
        Candidate[] pictures = Approved(job);
        // Before anything is written, so that a store that is away is still an error of its own.
        Stream? first = delivery.AsUrl ? null : await OpenAsync(pictures[0].Image!, delivery, http.RequestAborted);
        http.Response.ContentType = MediaTypeNames.Application.Json;
        http.Response.Headers["x-job-id"] = JobId.Format(job.Id);
        await using var json = new Utf8JsonWriter(http.Response.Body, ApiJson.Pieces);
        await WriteAsync(json, job, delivery, (id, image) => links.LinkAsync(id, image, delivery, links.HomeOf(http.Request), links.UsualLife, http.RequestAborted), first, http.RequestAborted);
        await json.FlushAsync(http.RequestAborted);
    }

    /// <summary>Into a document.</summary>
    /// <param name="json">Where; it is flushed in between.</param>
    /// <param name="job">A job with pictures.</param>
    /// <param name="delivery">How they are handed over.</param>
    /// <param name="link">Makes the address of one.</param>
    /// <param name="first">The first picture, if it is open already.</param>
    /// <param name="cancellation">Stops writing.</param>
    public async Task WriteAsync(
        Utf8JsonWriter json, Job job, Delivery delivery, Func<string, StoredImage, Task<string>> link, Stream? first, CancellationToken cancellation)
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
                json.WriteString("url", await link(ImageId.Format(job.Id, picture.Index), picture.Image!));
            }
            else
            {
                await using Stream file = first ?? await OpenAsync(picture.Image!, delivery, cancellation);
                first = null;
                await json.WriteFileAsync(file, cancellation);
            }

            if (delivery.RepeatsPrompt || job.RevisedPrompt is not null)
            {
                json.WriteString("revised_prompt", job.RevisedPrompt ?? job.Prompt);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteForm(job, delivery);
        json.WriteUsage(job, pictures);
        json.WriteEndObject();
    }

    private static Candidate[] Approved(Job job) => [.. job.Candidates.Where(candidate => candidate.State == CandidateState.Approved)];

    private async Task<Stream> OpenAsync(StoredImage image, Delivery delivery, CancellationToken cancellation) =>
        await files.OpenAsync(image, delivery.Format, delivery.Quality, cancellation)
        ?? throw ApiException.Unavailable(ErrorCode.StorageUnavailable, "The picture was drawn and the store does not have it just now; try again.");
}
