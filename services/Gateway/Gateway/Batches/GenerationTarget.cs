using System.Text.Json;
using Limner.Contracts.Images;
using Limner.Gateway.Errors;
using Limner.Gateway.Generations;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Submissions;
using Limner.Gateway.Waiting;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Batches;

/// <summary>Lines that ask <c>POST /v1/images/generations</c>; the result is OpenAI's answer, with addresses or with the pictures themselves.</summary>
internal sealed class GenerationTarget(
    GenerationReader reader, GenerationAnswer answer, ImageFiles files, ImageLinks links, IOptions<GatewayOptions> limits, IOptions<BatchOptions> options) : IBatchTarget
{
    public string Url => "/v1/images/generations";

    public Submission Read(ReadOnlyMemory<byte> body, DateTimeOffset now) => reader.Read(body, limits.Value, now).Submission;

    public async Task<ApiException?> FindProblemAsync(Job job, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        if (JobProblem.Of(job) is { } problem)
        {
            return problem;
        }

        // A line that was begun could not be taken back: whether the store has the pictures is seen before.
        Delivery delivery = DeliveryOf(body);
        foreach (Candidate picture in delivery.AsUrl ? [] : job.Candidates.Where(candidate => candidate.State == CandidateState.Approved))
        {
            if (!await IsThereAsync(picture.Image!, delivery, cancellation))
            {
                return ApiException.Unavailable(ErrorCode.StorageUnavailable, "The picture was drawn, and the store has it no more.");
            }
        }

        return null;
    }

    public Task WriteAsync(Utf8JsonWriter json, Job job, ReadOnlyMemory<byte> body, Batch batch, CancellationToken cancellation)
    {
        Delivery delivery = DeliveryOf(body);
        return answer.WriteAsync(
            json, job, delivery, (id, image) => links.LinkAsync(id, image, delivery, batch.Home, options.Value.AddressedFor, cancellation), null, cancellation);
    }

    // One that is damaged is as good as gone; else its batch would be tried for ever.
    private async Task<bool> IsThereAsync(StoredImage image, Delivery delivery, CancellationToken cancellation)
    {
        try
        {
            await using Stream? file = await files.OpenAsync(image, delivery.Format, delivery.Quality, cancellation);
            return file is not null;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    // What was drawn is handed over in any case: where this version refuses a line that one before took, as if the line said nothing of it.
    private static Delivery DeliveryOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            return GenerationReader.ReadDelivery(body);
        }
        catch (ApiException)
        {
            return GenerationReader.ReadDelivery("{}"u8.ToArray());
        }
    }
}
