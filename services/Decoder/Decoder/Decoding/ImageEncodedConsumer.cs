using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Diffusion.Unclip;
using Limner.Requests;
using Limner.ServiceDefaults.Cancellation;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Limner.Decoder.Decoding;

/// <summary>Draws one candidate. Drawing it again, after a redelivery, gives the same bytes under the same key.</summary>
internal sealed class ImageEncodedConsumer(CandidateDecoder decoder, RunningJobs jobs, ICancelFlags flags, TimeProvider time) : IConsumer<ImageEncoded>
{
    public async Task Consume(ConsumeContext<ImageEncoded> context)
    {
        (JobDescription job, int candidate) = (context.Message.Job, context.Message.Candidate);
        using RunningJob running = jobs.Begin(job, JobStage.Decoding, context.CancellationToken);
        try
        {
            // The Gateway ends jobs whose deadline has passed or that were cancelled; here they are only dropped.
            if (time.GetUtcNow() >= job.Deadline || running.IsCancelled || await flags.IsRaisedAsync(job.JobId, running.Token))
            {
                return;
            }

            if (await decoder.DecodeAsync(context.Message, running.Token) is { } decoded)
            {
                await context.ConfirmAsync(decoded, running.Token);
            }
            else
            {
                context.CancellationToken.ThrowIfCancellationRequested(); // a process that stops hands the message back
            }
        }
        catch (RefusedRequestException refusal)
        {
            await context.ConfirmAsync(new StageFailed(job.JobId, candidate, JobStage.Decoding, refusal.Code, refusal.Message), context.CancellationToken);
        }
        catch (LostPictureException lost)
        {
            await context.ConfirmAsync(new StageFailed(job.JobId, candidate, JobStage.Decoding, LostPictureException.Code, lost.Message), context.CancellationToken);
        }
        catch (OperationCanceledException) when (running.IsCancelled)
        {
            // Done with: nobody wants it.
        }
    }
}

/// <summary>As many candidates at a time as there are slots, and a few ahead, so that no slot waits for the broker or the object store.</summary>
internal sealed class ImageEncodedConsumerDefinition : ConsumerDefinition<ImageEncodedConsumer>
{
    private readonly int _candidates;

    public ImageEncodedConsumerDefinition(IOptions<DecoderOptions> options) =>
        ConcurrentMessageLimit = _candidates = options.Value.Slots + options.Value.Ahead;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ImageEncodedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.PrefetchCount = _candidates;
}
