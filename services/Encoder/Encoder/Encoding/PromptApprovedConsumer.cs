using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.Diffusion.Unclip;
using Limner.Requests;
using Limner.ServiceDefaults.Cancellation;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Limner.Encoder.Encoding;

/// <summary>Encodes a job's prompt and hands each candidate on. Encoding again, after a redelivery, gives the same conditioning.</summary>
internal sealed class PromptApprovedConsumer(PromptEncoder encoder, RunningJobs jobs, ICancelFlags flags, TimeProvider time) : IConsumer<PromptApproved>
{
    public async Task Consume(ConsumeContext<PromptApproved> context)
    {
        JobDescription job = context.Message.Job;
        using RunningJob running = jobs.Begin(job, JobStage.Encoding, context.CancellationToken);
        try
        {
            // The Gateway ends jobs whose deadline has passed or that were cancelled; here they are only dropped.
            if (time.GetUtcNow() >= job.Deadline || running.IsCancelled || await flags.IsRaisedAsync(job.JobId, running.Token))
            {
                return;
            }

            if (await encoder.EncodeAsync(job, running.Token) is { } keys)
            {
                await context.ConfirmAsync(
                    (context, limit) => context.PublishBatch(keys.Select((key, candidate) => new ImageEncoded(job, candidate, key)), limit), running.Token);
            }
            else
            {
                context.CancellationToken.ThrowIfCancellationRequested(); // a process that stops hands the message back
            }
        }
        catch (RefusedRequestException refusal)
        {
            await context.ConfirmAsync(new StageFailed(job.JobId, null, JobStage.Encoding, refusal.Code, refusal.Message), context.CancellationToken);
        }
        catch (LostPictureException lost)
        {
            await context.ConfirmAsync(new StageFailed(job.JobId, null, JobStage.Encoding, LostPictureException.Code, lost.Message), context.CancellationToken);
        }
        catch (OperationCanceledException) when (running.IsCancelled)
        {
            // Done with: nobody wants it.
        }
    }
}

/// <summary>As many jobs at a time as the prior has slots; each has at least one candidate.</summary>
internal sealed class PromptApprovedConsumerDefinition : ConsumerDefinition<PromptApprovedConsumer>
{
    private readonly int _slots;

    public PromptApprovedConsumerDefinition(IOptions<EncoderOptions> options) => ConcurrentMessageLimit = _slots = options.Value.Slots;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<PromptApprovedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.PrefetchCount = _slots;
}
