using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using MassTransit;

namespace Limner.Gateway.Projection;

/// <summary>A stage threw, after its retries. What it threw stays in its log.</summary>
internal sealed class StageFaultsConsumer(Projector projector)
    : IConsumer<Fault<JobSubmitted>>, IConsumer<Fault<PromptApproved>>, IConsumer<Fault<ImageEncoded>>, IConsumer<Fault<ImageDecoded>>
{
    public Task Consume(ConsumeContext<Fault<JobSubmitted>> context) => FailAsync(context, context.Message.Message.Job, null, "The prompt could not be judged.");

    public Task Consume(ConsumeContext<Fault<PromptApproved>> context) => FailAsync(context, context.Message.Message.Job, null, "The prompt could not be encoded.");

    public Task Consume(ConsumeContext<Fault<ImageEncoded>> context) =>
        FailAsync(context, context.Message.Message.Job, context.Message.Message.Candidate, "The image could not be drawn.");

    public Task Consume(ConsumeContext<Fault<ImageDecoded>> context) =>
        FailAsync(context, context.Message.Message.Job, context.Message.Message.Candidate, "The image could not be judged.");

    private Task FailAsync(ConsumeContext context, JobDescription job, int? candidate, string message) =>
        projector.FailAsync(job.JobId, candidate, new Failure(ErrorCode.StageFailed, message), context.CancellationToken);
}

internal sealed class StageFaultsConsumerDefinition : ConsumerDefinition<StageFaultsConsumer>
{
    public StageFaultsConsumerDefinition() => ConcurrentMessageLimit = 4;
}
