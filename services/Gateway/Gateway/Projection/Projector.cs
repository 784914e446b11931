using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Contracts.Workers;
using Limner.Gateway.Errors;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.ObjectStorage;

namespace Limner.Gateway.Projection;

/// <summary>Turns messages into facts of a job. Every one of them may come twice.</summary>
internal sealed class Projector(JobLedger ledger, ImageFiles images, IObjectStore store)
{
    private const int LongestMessage = 500;

    public Task ApplyAsync(PromptRejected message, CancellationToken cancellation) =>
        ledger.RecordAsync(message.JobId, new JobFact.GivenUp(Refused($"The {(message.IsOfPicture ? "given picture" : "prompt")} was refused by the content policy.", message.Verdict)), cancellation);

    public Task ApplyAsync(ImageApproved message, CancellationToken cancellation) =>
        ledger.RecordAsync(
            message.JobId,
            new JobFact.CandidateEnded(new Candidate(message.Candidate, CandidateState.Approved) { Image = message.Image, PromptTokens = message.Work.PromptTokens }, message.Work),
            cancellation);

    public async Task ApplyAsync(ImageRejected message, CancellationToken cancellation)
    {
        var candidate = new Candidate(message.Candidate, CandidateState.Rejected) { Failure = Refused("The image was refused by the content policy.", message.Verdict) };
        if (await ledger.RecordAsync(message.JobId, new JobFact.CandidateEnded(candidate, message.Work), cancellation) is null
            && await images.FindAsync(ImageId.Format(message.JobId, message.Candidate), tenant: null, cancellation) is not null)
        {
            return; // It was judged twice, and the owner was told of the first verdict.
        }

        // Only after the verdict is written, and again if the message comes again: no image that was refused stays.
        await store.DeleteAsync(message.Image.Key, cancellation);
    }

    public Task ApplyAsync(StageFailed message, CancellationToken cancellation) =>
        FailAsync(message.JobId, message.Candidate, new Failure(Clean(message.Code), Clean(message.Message)), cancellation);

    public Task ApplyAsync(WorkContinued message, CancellationToken cancellation) =>
        Task.WhenAll(message.JobIds.Select(job => ledger.RecordAsync(job, new JobFact.Continued(), cancellation)));

    /// <summary>Ends a candidate, or the whole job if <paramref name="candidate"/> is null.</summary>
    public Task FailAsync(Guid job, int? candidate, Failure failure, CancellationToken cancellation) => ledger.RecordAsync(
        job,
        candidate is { } index ? new JobFact.CandidateEnded(new Candidate(index, CandidateState.Failed) { Failure = failure }, null) : new JobFact.GivenUp(failure),
        cancellation);

    private static Failure Refused(string message, Verdict verdict) =>
        new(ErrorCode.ContentPolicyViolation, message) { Category = verdict.Category, PolicyVersion = verdict.PolicyVersion };

    // A text that the database cannot hold must not make the message that ends a job fail for ever.
    private static string Clean(string text) => (text.Length > LongestMessage ? text[..LongestMessage] : text).Replace("\0", "", StringComparison.Ordinal);
}
