using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.Contracts.Workers;
using MassTransit;

namespace Limner.Gateway.Projection;

/// <summary>What the stages report.</summary>
internal sealed class StageEventsConsumer(Projector projector)
    : IConsumer<PromptRejected>, IConsumer<ImageApproved>, IConsumer<ImageRejected>, IConsumer<StageFailed>, IConsumer<WorkContinued>
{
    public Task Consume(ConsumeContext<PromptRejected> context) => projector.ApplyAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ImageApproved> context) => projector.ApplyAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<ImageRejected> context) => projector.ApplyAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<StageFailed> context) => projector.ApplyAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<WorkContinued> context) => projector.ApplyAsync(context.Message, context.CancellationToken);
}

internal sealed class StageEventsConsumerDefinition : ConsumerDefinition<StageEventsConsumer>
{
    // Each waits for a commit: many at once share one write of the log.
    public StageEventsConsumerDefinition() => ConcurrentMessageLimit = 16;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<StageEventsConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.PrefetchCount = 64;
}
