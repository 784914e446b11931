using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Waiting;

/// <summary>What whoever waited for pictures is told of a job that has none.</summary>
internal static class JobProblem
{
    /// <summary>Codes with which workers refuse what was asked for, and the parameter that each is about.</summary>
    private static readonly Dictionary<string, string?> Refusals = new(StringComparer.Ordinal)
    {
        [ErrorCode.PromptTooLong] = "prompt",
        ["unsupported_size"] = "size",
        ["invalid_steps"] = "steps",
        ["invalid_guidance"] = "guidance",
        ["invalid_strength"] = "strength",
        ["invalid_parts"] = "image",
        ["invalid_mask"] = "mask",
        [ErrorCode.UnknownAdapter] = "adapter",
        ["missing_model_part"] = null,
    };

    /// <returns>Null if there is a picture.</returns>
    public static ApiException? Of(Job job) =>
        job.State == JobState.Cancelled ? new ApiException(StatusCodes.Status410Gone, ErrorCode.JobCancelled, $"The job {JobId.Format(job.Id)} was cancelled.") { Job = job.Id }
        : job.State == JobState.Completed && job.Candidates.Any(candidate => candidate.State == CandidateState.Approved) ? null
        : Of(job, job.Failure ?? job.Candidates.Select(candidate => candidate.Failure).OfType<Failure>().First());

    public static ApiException StillRunning(Job job, string why) =>
        new(StatusCodes.Status504GatewayTimeout, ErrorCode.JobStillRunning, $"{why} The job {JobId.Format(job.Id)} goes on; send the same request again to go on waiting for it.", retryAfter: TimeSpan.FromSeconds(1))
        {
            Location = JobId.Path(job.Id),
            Job = job.Id,
        };

    // It failed after all that trying again does: sent once more, the request would be drawn and charged once more.
    private static ApiException Of(Job job, Failure failure) => new(StatusOf(failure), failure.Code, MessageOf(failure), Refusals.GetValueOrDefault(failure.Code)) { Job = job.Id, IsFinal = true };

    private static int StatusOf(Failure failure) =>
        failure.Code == ErrorCode.ContentPolicyViolation || Refusals.ContainsKey(failure.Code) ? StatusCodes.Status400BadRequest
        : failure.Code == ErrorCode.DeadlineExceeded ? StatusCodes.Status504GatewayTimeout
        : StatusCodes.Status500InternalServerError;

    private static string MessageOf(Failure failure) =>
        failure.Code == ErrorCode.ContentPolicyViolation ? $"{failure.Message.TrimEnd('.')} (category {failure.Category})." : failure.Message;
}
