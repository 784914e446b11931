using Limner.Contracts.Jobs;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.ServiceDefaults.Cancellation;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Cancellation;

/// <summary>
/// Takes a job back. The row decides; what the workers are told only saves them work, so it may get lost: a result that comes anyway changes nothing.
/// </summary>
internal sealed partial class JobCancellation(JobLedger ledger, ICancelFlags flags, IBus bus, TimeProvider time, ILogger<JobCancellation> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Workers' clocks may be a little behind.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    public static Failure ByOwner { get; } = new(ErrorCode.JobCancelled, "Its owner cancelled it.");

    /// <returns>Whether it was; false if the job was over already.</returns>
    public async Task<bool> CancelAsync(Guid id, Failure reason, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // From here on to the end, though the caller leave: the row would be cancelled all the same, and the workers go on.
        if (await ledger.RecordAsync(id, new JobFact.Cancelled(reason), CancellationToken.None) is not { After: var job })
        {
            return false;
        }

        // A queued job may have been published by a Gateway that crashed before it could say so.
        await flags.RaiseAsync(id, job.Deadline - time.GetUtcNow() + Margin, CancellationToken.None);
        if (job.Attempts > 0 || job.Started is not null)
        {
            await TellWorkersAsync(id);
        }

        return true;
    }

    private async Task TellWorkersAsync(Guid job)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            await bus.Publish(new JobCancelled(job), limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception fault)
        {
            LogNotTold(fault, job);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The workers could not be told that job {Job} was cancelled; they find its flag or finish in vain")]
    private partial void LogNotTold(Exception fault, Guid job);
}
