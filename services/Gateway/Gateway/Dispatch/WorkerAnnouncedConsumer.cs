using Limner.Contracts.Workers;
using MassTransit;

namespace Limner.Gateway.Dispatch;

/// <summary>Every Gateway hears every worker: each has to know how large the pool is.</summary>
internal sealed class WorkerAnnouncedConsumer(WorkerPool pool, DispatchSignal dispatch) : IConsumer<WorkerAnnounced>
{
    public Task Consume(ConsumeContext<WorkerAnnounced> context)
    {
        pool.Note(context.Message);
        dispatch.Raise();
        return Task.CompletedTask;
    }
}

internal sealed class WorkerAnnouncedConsumerDefinition : ConsumerDefinition<WorkerAnnouncedConsumer>;
