using Limner.Contracts.Edits;
using Limner.Gateway.Errors;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Queue;
using Limner.Gateway.Revisions;
using Limner.Gateway.Sources;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Submissions;

/// <summary>From what was asked for to the row of a job: its prompt as it will be drawn, and the pictures that it is given in the store.</summary>
internal sealed class JobDrafts(Reviser reviser, SourceFiles sources, ImageFiles images, QueueGauge gauge, TimeProvider time)
{
    /// <exception cref="ApiException">What is named is not there, or cannot be done.</exception>
    public async Task<Job> DraftAsync(Submission submission, Caller caller, CancellationToken cancellation)
    {
        if (submission.Parent is { } parent)
        {
            return await ContinueAsync(submission, parent, caller, cancellation);
        }

        Job job = submission.ToJob(caller, time.GetUtcNow());
        if (submission.Completes)
        {
            job = job with { RevisedPrompt = await reviser.CompleteAsync(job.Prompt, job.Seed, cancellation) };
        }

        return submission.Edit is { } edit ? await KeepAsync(job, edit with { Size = submission.Size }, cancellation) : job;
    }

    /// <summary>The same request as a new job.</summary>
    public Task<Job> AgainAsync(Job job, Caller caller, CancellationToken cancellation) => sources.CopyAsync(job.Again(caller, time.GetUtcNow()), cancellation);

    private async Task<Job> ContinueAsync(Submission submission, string parent, Caller caller, CancellationToken cancellation)
    {
        if (await images.FindWithJobAsync(parent, caller.Tenant, cancellation) is not var (before, image))
        {
            throw new ApiException(StatusCodes.Status404NotFound, ErrorCode.ImageNotFound, $"There is no image '{parent}'.", "parent");
        }

        string drawn = before.RevisedPrompt ?? before.Prompt;
        if (string.IsNullOrWhiteSpace(drawn))
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "parent", $"The image '{parent}' was drawn from no prompt, so there is none to change.");
        }

        (string prompt, int? topic) = await reviser.ReviseAsync(drawn, submission.Prompt, before.Turn?.Topic, cancellation);
        // With the same noise, what the prompt still says comes out where it was.
        Submission again = submission with { Size = submission.Size ?? new ImageSize(image.Width, image.Height), Seed = submission.Seed ?? before.Seed };
        Job job = again.ToJob(caller, time.GetUtcNow()) with { RevisedPrompt = prompt, Turn = new ConversationTurn(parent, topic) };
        return await KeepAsync(job, new GivenEdit(EditOperation.Revision, [new GivenPart(new GivenPicture("parent", null, parent))]) { Strength = submission.Strength }, cancellation);
    }

    private Task<Job> KeepAsync(Job job, GivenEdit edit, CancellationToken cancellation)
    {
        gauge.RefuseIfFull(job.Tenant);
        return sources.KeepAsync(job, edit, cancellation);
    }
}
