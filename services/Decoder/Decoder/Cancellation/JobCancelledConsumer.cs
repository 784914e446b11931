using Limner.Contracts.Jobs;
using Limner.ServiceDefaults.Cancellation;
using MassTransit;

namespace Limner.Decoder.Cancellation;

/// <summary>Takes a cancelled job's candidates out of their slots at the next step.</summary>
internal sealed class JobCancelledConsumer(RunningJobs jobs) : IConsumer<JobCancelled>
{
    public Task Consume(ConsumeContext<JobCancelled> context)
    {
        jobs.Cancel(context.Message.JobId);
        return Task.CompletedTask;
    }
}

/// <summary>The usual: there is nothing to wait for.</summary>
internal sealed class JobCancelledConsumerDefinition : ConsumerDefinition<JobCancelledConsumer>;
