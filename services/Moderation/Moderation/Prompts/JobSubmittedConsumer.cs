using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Moderation.Images;
using Limner.Moderation.Jobs;
using Limner.Moderation.Policy;
using Limner.Moderation.Telemetry;
using Limner.Requests;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Limner.Moderation.Prompts;

/// <summary>Judges all that a job says and all that it shows before any of it is used. What cannot be judged is not approved: an exception ends as the job's failure.</summary>
internal sealed class JobSubmittedConsumer(
    PromptPolicy policy, GivenPictures pictures, ImageModel model, WantedJobs wanted, ModerationMetrics metrics, IOptions<ModerationOptions> options, TimeProvider time) : IConsumer<JobSubmitted>
{
    /// <summary>The encoder sees far less; a picture of 4096x4096 would be 200 MB as numbers.</summary>
    private const int LongestJudged = 1024;

    public async Task Consume(ConsumeContext<JobSubmitted> context)
    {
        JobDescription job = context.Message.Job;
        if (!await wanted.ContainAsync(job, context.CancellationToken))
        {
            return;
        }

        // A guidance scale below one turns a negative prompt into the prompt, so the same rules hold for it; and what was asked is judged beside what was made of it.
        IReadOnlyList<EditPart> parts = job.Request.Edit?.Parts ?? [];
        string?[] shown = [job.Request.Prompt, job.Request.AskedPrompt, .. parts.Select(part => part.Prompt), job.Request.Edit?.Style?.Towards];
        string?[] avoided = [job.Request.NegativePrompt, job.Request.Edit?.Style?.From];
        string[] texts = [.. shown.Concat(avoided).OfType<string>()];
        if (texts.Max(text => text.Length) is var length && length > options.Value.LongestPrompt)
        {
            await context.ConfirmAsync(
                new StageFailed(job.JobId, null, JobStage.PromptModeration, "prompt_too_long", $"The prompt has {length} characters; expected at most {options.Value.LongestPrompt}."),
                context.CancellationToken);
            return;
        }

        long started = time.GetTimestamp();
        string? category = texts.Select(policy.Judge).FirstOrDefault(found => found is not null) ?? policy.JudgeTogether(shown.OfType<string>());
        object verdict = category is { } refused
            ? new PromptRejected(job.JobId, new Verdict(refused, policy.Version))
            : await JudgePicturesAsync(job, parts, context.CancellationToken);
        if (verdict is not StageFailed)
        {
            metrics.Judged(JudgedStage.Prompt, (verdict as PromptRejected)?.Verdict.Category, time.GetElapsedTime(started));
        }

        await context.ConfirmAsync(verdict, context.CancellationToken);
    }

    private async Task<object> JudgePicturesAsync(JobDescription job, IReadOnlyList<EditPart> parts, CancellationToken cancellation)
    {
        try
        {
            foreach (string key in parts.Select(part => part.Key).OfType<string>())
            {
                if (model.Judge(await pictures.ReadReducedAsync(key, LongestJudged, cancellation)) is { Concept.Category: var category, Version: var version })
                {
                    return new PromptRejected(job.JobId, new Verdict(category, version)) { IsOfPicture = true };
                }
            }

            return new PromptApproved(job);
        }
        catch (LostPictureException lost)
        {
            return new StageFailed(job.JobId, null, JobStage.PromptModeration, LostPictureException.Code, lost.Message);
        }
    }
}

internal sealed class JobSubmittedConsumerDefinition : ConsumerDefinition<JobSubmittedConsumer>
{
    public JobSubmittedConsumerDefinition(IOptions<ModerationOptions> options) => ConcurrentMessageLimit = options.Value.PromptsAtOnce;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<JobSubmittedConsumer> consumerConfigurator, IRegistrationContext context) =>
        // Judging takes less time than the way to the broker and back: there are always some here.
        endpointConfigurator.PrefetchCount = 4 * ConcurrentMessageLimit!.Value;
}
