using Limner.Gateway.Idempotency;
using Limner.Gateway.Images;
using Limner.Gateway.Keys;
using Limner.Gateway.Uploads;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Submissions;

/// <summary><c>POST /v1/jobs</c></summary>
internal sealed class SubmitJob(
    JobAcceptance acceptance, JobDrafts drafts, ImageRequestReader requests, StorageProbe storage, IOptions<GatewayOptions> options, IOptions<UploadOptions> uploads, TimeProvider time)
{
    public static Task<Accepted<JobView>> HandleAsync(Caller caller, HttpRequest request, SubmitJob submit, CancellationToken cancellation) => submit.HandleAsync(caller, request, cancellation);

    private Task<Accepted<JobView>> HandleAsync(Caller caller, HttpRequest request, CancellationToken cancellation) =>
        requests.ReadJsonAsync(request, caller.Tenant, options.Value.MaxBodyBytes, body => AcceptAsync(body, caller, request, cancellation), cancellation);

    private async Task<Accepted<JobView>> AcceptAsync(byte[] body, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        var repeatable = RepeatableRequest.Read(request, caller, body);
        // Before anything is judged: what was accepted once is answered again, though its deadline has passed meanwhile or the store is away.
        if (await acceptance.FindAsync(repeatable, cancellation) is not { } job)
        {
            Submission submission = SubmissionReader.Read(body, options.Value, uploads.Value.MaxPixels, time.GetUtcNow());
            storage.RefuseIfAway();
            job = await acceptance.AcceptAsync(() => drafts.DraftAloneAsync(submission, caller, cancellation), caller, repeatable, cancellation);
        }

        return JobView.Accepted(job);
    }
}
