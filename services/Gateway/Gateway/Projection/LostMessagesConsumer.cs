using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Contracts.Workers;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using MassTransit;

namespace Limner.Gateway.Projection;

/// <summary>Dead letters. A stage's message that killed its process each time ends its job; a report to the Gateway is still good and is taken as such.</summary>
internal sealed class LostMessagesConsumer(Projector projector)
    : IConsumer<JobSubmitted>, IConsumer<PromptApproved>, IConsumer<ImageEncoded>, IConsumer<ImageDecoded>,
        IConsumer<PromptRejected>, IConsumer<ImageApproved>, IConsumer<ImageRejected>, IConsumer<StageFailed>, IConsumer<WorkContinued>, IConsumer<JudgeTexts>
{
    private static readonly Failure Lost = new(ErrorCode.DeadLettered, "Every worker that took it up ended before it was done.");

    public Task Consume(ConsumeContext<JobSubmitted> context) => projector.FailAsync(context.Message.Job.JobId, null, Lost, context.CancellationToken);

    public Task Consume(ConsumeContext<PromptApproved> context) => projector.FailAsync(context.Message.Job.JobId, null, Lost, context.CancellationToken);

    public Task Consume(ConsumeContext<ImageEncoded> context) => projector.FailAsync(context.Message.Job.JobId, context.Message.Candidate, Lost, context.CancellationToken);

    public Task Consume(ConsumeContext<ImageDecoded> context) => projector.FailAsync(context.Message.Job.JobId, context.Message.Candidate, Lost, context.CancellationToken);

    public Task Consume(ConsumeContext<PromptRejected> context) => projector.ApplyAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ImageApproved> context) => projector.ApplyAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ImageRejected> context) => projector.ApplyAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<StageFailed> context) => projector.ApplyAsync(context.Message, context.CancellationToken);

    // It was true when it was said; the next one is on its way.
    public Task Consume(ConsumeContext<WorkContinued> context) => Task.CompletedTask;

    // Nobody answered in time, and whoever asked was told so.
    public Task Consume(ConsumeContext<JudgeTexts> context) => Task.CompletedTask;
}

internal sealed class LostMessagesConsumerDefinition : ConsumerDefinition<LostMessagesConsumer>
{
    public LostMessagesConsumerDefinition() => ConcurrentMessageLimit = 4;
}
