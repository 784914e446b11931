using System.Collections.Concurrent;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using MassTransit;

namespace Limner.Verdicts;

/// <summary>Hears what the service says of each picture; what it cannot judge ends the run.</summary>
internal sealed class VerdictConsumer(VerdictList verdicts) : IConsumer<ImageApproved>, IConsumer<ImageRejected>, IConsumer<StageFailed>, IConsumer<Fault<ImageDecoded>>
{
    public Task Consume(ConsumeContext<ImageApproved> context) => verdicts.SetAsync(context.Message.JobId, null);

    public Task Consume(ConsumeContext<ImageRejected> context) => verdicts.SetAsync(context.Message.JobId, context.Message.Verdict);

    public Task Consume(ConsumeContext<StageFailed> context) => verdicts.FailAsync(context.Message.JobId, context.Message.Message);

    public Task Consume(ConsumeContext<Fault<ImageDecoded>> context) => verdicts.FailAsync(context.Message.Message.Job.JobId, context.Message.Exceptions[0].Message);
}

/// <summary>Verdicts that are waited for.</summary>
internal sealed class VerdictList
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<Verdict?>> _waiting = new();

    public Task<Verdict?> ExpectAsync(Guid job) => _waiting.GetOrAdd(job, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public Task SetAsync(Guid job, Verdict? verdict)
    {
        _waiting[job].TrySetResult(verdict);
        return Task.CompletedTask;
    }

    public Task FailAsync(Guid job, string problem)
    {
        _waiting[job].TrySetException(new InvalidOperationException($"A picture could not be judged: {problem}"));
        return Task.CompletedTask;
    }
}
