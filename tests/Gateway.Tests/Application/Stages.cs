using System.Collections.Concurrent;
using Limner.Contracts.Jobs;
using MassTransit;

namespace Limner.Gateway.Tests.Application;

/// <summary>Stands where the stages stand: takes what the Gateway publishes, and throws at a prompt that says so.</summary>
internal sealed class Stages
{
    public const string Poison = "poison";

    public ConcurrentQueue<JobDescription> Submitted { get; } = new();

    public ConcurrentQueue<Guid> Cancelled { get; } = new();

    public int CountOf(Guid job) => Submitted.Count(seen => seen.JobId == job);
}

internal sealed class StagesConsumer(Stages stages) : IConsumer<JobSubmitted>, IConsumer<JobCancelled>
{
    public Task Consume(ConsumeContext<JobSubmitted> context)
    {
        stages.Submitted.Enqueue(context.Message.Job);
        return context.Message.Job.Request.Prompt == Stages.Poison ? throw new InvalidOperationException("secret=hunter2") : Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<JobCancelled> context)
    {
        stages.Cancelled.Enqueue(context.Message.JobId);
        return Task.CompletedTask;
    }
}
