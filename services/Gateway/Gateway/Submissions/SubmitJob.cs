using Limner.Gateway.Idempotency;
using Limner.Gateway.Images;
using Limner.Gateway.Keys;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Submissions;

/// <summary><c>POST /v1/jobs</c></summary>
internal static class SubmitJob
{
    public static async Task<Accepted<JobView>> HandleAsync(
        Caller caller, HttpRequest request, JobAcceptance acceptance, StorageProbe storage, IOptions<GatewayOptions> options, TimeProvider time, CancellationToken cancellation)
    {
        byte[] body = await RequestBody.ReadAsync(request, options.Value.MaxBodyBytes, cancellation);
        var repeatable = RepeatableRequest.Read(request, caller, body);
        // Before anything is judged: what was accepted once is answered again, though its deadline has passed meanwhile or the store is away.
        if (await acceptance.FindAsync(repeatable, cancellation) is not { } job)
        {
            Submission submission = SubmissionReader.Read(body, options.Value, time.GetUtcNow());
            storage.RefuseIfAway();
            job = await acceptance.AcceptAsync(submission.ToJob(caller, time.GetUtcNow()), caller, repeatable, cancellation);
        }

        return JobView.Accepted(job);
    }
}
