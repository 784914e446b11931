using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using MassTransit;

namespace Limner.ServiceDefaults.Tests.Messaging;

internal sealed class PromptRejectedConsumer(Received received) : IConsumer<PromptRejected>
{
    public Task Consume(ConsumeContext<PromptRejected> context) => received.TakeAsync(context, context.Message);
}

/// <summary>Takes two at once, like a worker of two slots.</summary>
internal sealed class PromptRejectedConsumerDefinition : ConsumerDefinition<PromptRejectedConsumer>
{
    public const int Slots = 2;

    public PromptRejectedConsumerDefinition() => ConcurrentMessageLimit = Slots;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<PromptRejectedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.PrefetchCount = Slots;
}

internal sealed class FaultConsumer(Received received) : IConsumer<Fault<PromptRejected>>
{
    public Task Consume(ConsumeContext<Fault<PromptRejected>> context) => received.TakeAsync(context, context.Message);
}

internal sealed class JobCancelledConsumer(Received received) : IConsumer<JobCancelled>
{
    public Task Consume(ConsumeContext<JobCancelled> context) => received.TakeAsync(context, context.Message);
}

internal sealed class JobCancelledConsumerDefinition : ConsumerDefinition<JobCancelledConsumer>;

/// <summary>What the dead-letter queue brings: the message itself.</summary>
internal sealed class LostMessageConsumer(Received received) : IConsumer<PromptRejected>
{
    public Task Consume(ConsumeContext<PromptRejected> context) => received.TakeAsync(context, new Lost(context.Message));
}

internal sealed class LostMessageConsumerDefinition : ConsumerDefinition<LostMessageConsumer>;

internal sealed record Lost(PromptRejected Message);
