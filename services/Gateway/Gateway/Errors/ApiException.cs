using Limner.Gateway.Batches;
using Limner.Gateway.Jobs;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Errors;

/// <summary>Ends a request with an envelope.</summary>
internal sealed class ApiException(int status, string code, string message, string? parameter = null, TimeSpan? retryAfter = null) : Exception(Shorten(message))
{
    /// <summary>Characters at each end that are kept of a text in which a caller's own, which may be as long as a body, is repeated.</summary>
    private const int Kept = 500;

    public int Status => status;

    public string Code => code;

    public string? Parameter { get; } = parameter is null ? null : Shorten(parameter);

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Where to look instead.</summary>
    public string? Location { get; init; }

    /// <summary>The job that it is about, where the request does not name it.</summary>
    public Guid? Job { get; init; }

    /// <summary>
    /// Whether the same request is refused or fails again, however often it is sent. OpenAI's clients send everything with 409, 429 and 5xx again by themselves.
    /// </summary>
    public bool IsFinal { get; init; } = status == StatusCodes.Status409Conflict;

    public static ApiException Invalid(string code, string? parameter, string message) => new(StatusCodes.Status400BadRequest, code, message, parameter);

    public static ApiException NoJob(string id) => new(StatusCodes.Status404NotFound, ErrorCode.JobNotFound, $"There is no job '{id}'.", "id");

    public static ApiException NotRetryable(Job job) => new(
        StatusCodes.Status409Conflict, ErrorCode.JobNotRetryable, $"Job '{JobId.Format(job.Id)}' is {job.State.ToString().ToLowerInvariant()}; only a failed job can be retried.", "id");

    public static ApiException NoImage(string id) => new(StatusCodes.Status404NotFound, ErrorCode.ImageNotFound, $"There is no image '{id}'.", "id");

    public static ApiException NoKey(string id) => new(StatusCodes.Status404NotFound, ErrorCode.KeyNotFound, $"There is no key '{id}'.", "id");

    public static ApiException NoWebhook(string id) => new(StatusCodes.Status404NotFound, ErrorCode.WebhookNotFound, $"There is no webhook '{id}'.", "id");

    public static ApiException NoDelivery(string id) => new(StatusCodes.Status404NotFound, ErrorCode.DeliveryNotFound, $"There is no delivery '{id}'.", "id");

    public static ApiException WebhookDisabled(string id) =>
        new(StatusCodes.Status409Conflict, ErrorCode.WebhookDisabled, $"The webhook '{id}' is disabled; enable it first.", "id");

    public static ApiException NoFile(string id) => new(StatusCodes.Status404NotFound, ErrorCode.FileNotFound, $"There is no file '{id}'.", "id");

    public static ApiException FileInUse(string id) => new(
        StatusCodes.Status409Conflict, ErrorCode.FileInUse, $"A batch that is not over reads the file '{id}'; cancel the batch, or wait for its end.", "id");

    public static ApiException NoBatch(string id) => new(StatusCodes.Status404NotFound, ErrorCode.BatchNotFound, $"There is no batch '{id}'.", "id");

    public static ApiException BatchIsOver(string id, Batch batch) => new(
        StatusCodes.Status409Conflict, ErrorCode.BatchIsOver, $"Batch '{id}' is {batch.State.ToString().ToLowerInvariant()}; only one that is not over can be cancelled.", "id");

    public static ApiException TooManyBatches(int most) => new(
        StatusCodes.Status429TooManyRequests, ErrorCode.TooManyBatches, $"{most} of your batches are not over, and no more may be; wait for the end of one.", retryAfter: TimeSpan.FromMinutes(1));

    public static ApiException Unavailable(string code, string message) =>
        new(StatusCodes.Status503ServiceUnavailable, code, message, retryAfter: TimeSpan.FromSeconds(5));

    private static string Shorten(string text) => text.Length <= 2 * Kept ? text : $"{text[..Kept]}…{text[^Kept..]}";
}
