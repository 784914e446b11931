using Limner.Contracts.Edits;
using Limner.Contracts.Images;
using Limner.Gateway.Catalogue;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Queue;
using Limner.Gateway.Revisions;
using Limner.Gateway.Sources;
using Limner.Gateway.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Submissions;

/// <summary>From what was asked for to the row of a job: its prompt as it will be drawn, and the pictures that it is given in the store.</summary>
internal sealed class JobDrafts(
    ModelCatalogue models, Reviser reviser, SourceFiles sources, ImageFiles images, QueueGauge gauge, JobCallbacks callbacks, Transactions database, Admission admission, TimeProvider time)
{
    /// <summary>The same for a request of its own, which is refused before a language model is asked for a prompt if there is no room for its job, or nobody to be told of it.</summary>
    /// <exception cref="ApiException">What is named is not there, or cannot be done, or the queue is full, too many jobs are under way or a quota is used up.</exception>
    public async Task<Job> DraftAloneAsync(Submission submission, Caller caller, CancellationToken cancellation)
    {
        if (submission.Parent is not null || submission.Completes)
        {
            gauge.RefuseIfFull(caller.Tenant);
            await callbacks.RefuseIfUnfitAsync(submission.WebhookUrl, caller.Tenant, cancellation);
            await using GatewayContext context = database.Read();
            await admission.RefuseIfTooManyAsync(context, caller, submission.Priority, submission.Work, cancellation);
            if ((await admission.ReadRoomAsync(context, caller, cancellation)).RefusalOf(submission.Count, time.GetUtcNow()) is { } usedUp)
            {
                throw usedUp;
            }
        }

        return await DraftAsync(submission, caller, cancellation);
    }

    /// <exception cref="ApiException">What is named is not there, or cannot be done.</exception>
    public async Task<Job> DraftAsync(Submission submission, Caller caller, CancellationToken cancellation)
    {
        if (submission.Parent is { } parent)
        {
            return await ContinueAsync(submission, parent, caller, cancellation);
        }

        if (submission.Edit is { Operation: EditOperation.Reroll } reroll)
        {
            return await RerollAsync(submission, reroll.Parts[0].Picture!, caller, cancellation);
        }

        models.RefuseIfImpossible(submission.Adapter, submission.DrawnPrompt);
        Job job = submission.ToJob(caller, time.GetUtcNow());
        // Where a picture is given, it says what the prompt leaves open.
        if (submission is { Completes: true, Edit: null })
        {
            job = job with { RevisedPrompt = await reviser.CompleteAsync(job.Prompt, job.Seed, cancellation) };
        }

        return submission.Edit is { } edit ? await KeepAsync(job, edit with { Size = submission.Size }, cancellation) : job;
    }

    /// <summary>The same request as a new job.</summary>
    public Task<Job> AgainAsync(Job job, Caller caller, CancellationToken cancellation)
    {
        models.RefuseIfImpossible(job.Adapter, job.Edit is { Operation: EditOperation.Upscale } ? null : job.RevisedPrompt ?? job.Prompt);
        return sources.CopyAsync(job.Again(caller, time.GetUtcNow()), "id", cancellation);
    }

    private async Task<Job> ContinueAsync(Submission submission, string parent, Caller caller, CancellationToken cancellation)
    {
        (Job before, StoredImage image) = await FindAsync(parent, "parent", caller, cancellation);

        string drawn = before.RevisedPrompt ?? before.Prompt;
        if (string.IsNullOrWhiteSpace(drawn))
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "parent", $"The image '{parent}' was drawn from no prompt, so there is none to change.");
        }

        (string prompt, int? topic) = await reviser.ReviseAsync(drawn, submission.Prompt, before.Turn?.Topic, cancellation);
        // With the same noise, what the prompt still says comes out where it was.
        Submission again = submission with { Size = submission.Size ?? new ImageSize(image.Width, image.Height), Seed = submission.Seed ?? before.Seed, Adapter = submission.Adapter ?? before.Adapter };
        models.RefuseIfImpossible(again.Adapter, prompt);
        Job job = again.ToJob(caller, time.GetUtcNow()) with { RevisedPrompt = prompt, Turn = new ConversationTurn(parent, topic) };
        return await KeepAsync(job, new GivenEdit(EditOperation.Revision, [new GivenPart(new GivenPicture("parent", null, parent))]) { Strength = submission.Strength }, cancellation);
    }

    // All that the embedding was made of stays, and with it what is where; the decoder draws it with noise of its own.
    private async Task<Job> RerollAsync(Submission submission, GivenPicture picture, Caller caller, CancellationToken cancellation)
    {
        if (picture.Id is not { } id || ImageId.Parse(id) is not var (_, candidate))
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "image", "image is a file, which does not say what it was drawn from; a reroll takes the id of an image that a job drew (img_…), and others like a file are a variation.");
        }

        (Job before, _) = await FindAsync(id, "image", caller, cancellation);
        if (before.Edit is { Operation: EditOperation.Upscale })
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "image", $"The image '{id}' was enlarged and not drawn; give the one that it was enlarged from.");
        }

        models.RefuseIfImpossible(before.Adapter, null);
        gauge.RefuseIfFull(caller.Tenant);
        Submission again = submission with
        {
            Prompt = before.Prompt,
            NegativePrompt = before.NegativePrompt,
            Size = new ImageSize(before.Width, before.Height),
            Steps = before.Steps,
            Guidance = before.Guidance,
            Adapter = before.Adapter,
        };
        EditRequest edit = before.Edit ?? new EditRequest { Operation = EditOperation.Reroll, Parts = [] };
        Composition kept = edit.Composition ?? new Composition(before.Seed, candidate, before.Edit?.Operation);
        Job job = again.ToJob(caller, time.GetUtcNow()) with
        {
            RevisedPrompt = before.RevisedPrompt,
            Turn = before.Turn,
            Edit = edit with { Operation = EditOperation.Reroll, Composition = kept },
        };
        return await sources.CopyAsync(job, "image", cancellation);
    }

    private async Task<(Job Job, StoredImage Image)> FindAsync(string id, string field, Caller caller, CancellationToken cancellation) =>
        await images.FindWithJobAsync(id, caller.Tenant, cancellation) ?? throw new ApiException(StatusCodes.Status404NotFound, ErrorCode.ImageNotFound, $"There is no image '{id}'.", field);

    private Task<Job> KeepAsync(Job job, GivenEdit edit, CancellationToken cancellation)
    {
        gauge.RefuseIfFull(job.Tenant);
        return sources.KeepAsync(job, edit, cancellation);
    }
}
