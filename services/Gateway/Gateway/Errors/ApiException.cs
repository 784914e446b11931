using Limner.Gateway.Jobs;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Errors;

/// <summary>Ends a request with an envelope.</summary>
internal sealed class ApiException(int status, string code, string message, string? parameter = null, TimeSpan? retryAfter = null) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public string? Parameter => parameter;

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Where to look instead.</summary>
    public string? Location { get; init; }

    public static ApiException Invalid(string code, string? parameter, string message) => new(StatusCodes.Status400BadRequest, code, message, parameter);

    public static ApiException NoJob(string id) => new(StatusCodes.Status404NotFound, ErrorCode.JobNotFound, $"There is no job '{id}'.", "id");

    public static ApiException NotRetryable(Job job) => new(
        StatusCodes.Status409Conflict, ErrorCode.JobNotRetryable, $"Job '{JobId.Format(job.Id)}' is {job.State.ToString().ToLowerInvariant()}; only a failed job can be retried.", "id");

    public static ApiException NoImage(string id) => new(StatusCodes.Status404NotFound, ErrorCode.ImageNotFound, $"There is no image '{id}'.", "id");

    public static ApiException NoKey(string id) => new(StatusCodes.Status404NotFound, ErrorCode.KeyNotFound, $"There is no key '{id}'.", "id");

    public static ApiException Unavailable(string code, string message) =>
        new(StatusCodes.Status503ServiceUnavailable, code, message, retryAfter: TimeSpan.FromSeconds(5));
}
