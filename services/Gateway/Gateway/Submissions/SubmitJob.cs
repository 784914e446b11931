using Limner.Gateway.Errors;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Submissions;

/// <summary><c>POST /v1/jobs</c></summary>
internal static class SubmitJob
{
    private const int LongestKey = 255;

    public static async Task<Accepted<JobView>> HandleAsync(
        Caller caller, HttpRequest request, JobAcceptance acceptance, StorageProbe storage, IOptions<GatewayOptions> options, TimeProvider time, CancellationToken cancellation)
    {
        byte[] body = await RequestBody.ReadAsync(request, options.Value.MaxBodyBytes, cancellation);
        string? key = Key(request);
        // Before anything is judged: what was accepted once is answered again, though its deadline has passed meanwhile or the store is away.
        if (await acceptance.FindAsync(caller.Tenant, key, body, cancellation) is not { } job)
        {
            Submission submission = SubmissionReader.Read(body, options.Value, time.GetUtcNow());
            storage.RefuseIfAway();
            job = await acceptance.AcceptAsync(submission, caller.Tenant, key, body, cancellation);
        }

        // The first reply, however far the job is when it is asked for again.
        return TypedResults.Accepted($"/v1/jobs/{JobId.Format(job.Id)}", JobView.Of(job with { State = JobState.Queued, Candidates = [], Failure = null, Started = null, Finished = null }));
    }

    private static string? Key(HttpRequest request)
    {
        if (request.Headers[IdempotencyKey.Header] is not { Count: > 0 } given)
        {
            return null;
        }

        string key = given.ToString();
        return key.Length is > 0 and <= LongestKey && key.All(letter => letter is > ' ' and <= '~')
            ? key
            : throw ApiException.Invalid(ErrorCode.InvalidValue, IdempotencyKey.Header, $"{IdempotencyKey.Header} has to be 1 to {LongestKey} visible ASCII characters.");
    }
}
