using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using MassTransit;

namespace Limner.Gateway.Projection;

/// <summary>
/// Faults of the Gateway's own: a stage did its part, and the report could not be written down. It is tried once more, since what was away for so long may
/// be back; a report that cannot be written at all fails its candidate or job, which would otherwise wait for its deadline.
/// </summary>
internal sealed class UnrecordedReportsConsumer(Projector projector)
    : IConsumer<Fault<PromptRejected>>, IConsumer<Fault<ImageApproved>>, IConsumer<Fault<ImageRejected>>, IConsumer<Fault<StageFailed>>
{
    private static readonly Failure Unrecorded = new(ErrorCode.StageFailed, "The result could not be recorded.");

    public Task Consume(ConsumeContext<Fault<PromptRejected>> context) =>
        AgainAsync(projector.ApplyAsync, context.Message.Message, context.Message.Message.JobId, null, context.CancellationToken);

    public Task Consume(ConsumeContext<Fault<ImageApproved>> context) =>
        AgainAsync(projector.ApplyAsync, context.Message.Message, context.Message.Message.JobId, context.Message.Message.Candidate, context.CancellationToken);

    public Task Consume(ConsumeContext<Fault<ImageRejected>> context) =>
        AgainAsync(projector.ApplyAsync, context.Message.Message, context.Message.Message.JobId, context.Message.Message.Candidate, context.CancellationToken);

    public Task Consume(ConsumeContext<Fault<StageFailed>> context) =>
        AgainAsync(projector.ApplyAsync, context.Message.Message, context.Message.Message.JobId, context.Message.Message.Candidate, context.CancellationToken);

    private async Task AgainAsync<T>(Func<T, CancellationToken, Task> apply, T report, Guid job, int? candidate, CancellationToken cancellation)
    {
        try
        {
            await apply(report, cancellation);
        }
        catch (Exception problem) when (!DatabaseFaults.IsUnavailable(problem) && problem is not OperationCanceledException)
        {
            await projector.FailAsync(job, candidate, Unrecorded, cancellation);
            throw; // for the log
        }
    }
}

internal sealed class UnrecordedReportsConsumerDefinition : ConsumerDefinition<UnrecordedReportsConsumer>
{
    public UnrecordedReportsConsumerDefinition() => ConcurrentMessageLimit = 4;
}
