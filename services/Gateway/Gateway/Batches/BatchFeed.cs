using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Queue;
using Limner.Gateway.Submissions;
using Limner.Gateway.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Batches;

/// <summary>
/// Turns lines into jobs: some at a time, never more than may be open at once, and no more than the queue and the quotas have room for, so that a full queue
/// makes a batch wait and not fail. The jobs and how far the file was read are one transaction, so a line becomes one job wherever a Gateway stops.
/// </summary>
internal sealed class BatchFeed(
    Transactions database, BatchLedger ledger, BatchInput input, JobCallbacks callbacks, KeyDirectory keys, JobDrafts drafts, QueueGauge gauge, Admission admission, DispatchSignal dispatch,
    IOptions<BatchOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 200;

    /// <summary>How often a batch waits, each time for as long as it is held, until the chat endpoint answers again. After that a line for which it does not is refused.</summary>
    private const int MostPostponed = 20;

    private static readonly ApiException KeyClosed = new(StatusCodes.Status401Unauthorized, ErrorCode.InvalidApiKey, "The key that made the batch was revoked or has expired.");

    /// <summary>Jobs of a batch that are not over.</summary>
    public async Task<int> CountOpenAsync(Batch batch, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await context.Jobs.CountAsync(job => job.BatchId == batch.Id && job.State < JobState.Completed, cancellation);
    }

    /// <returns>The batch with more lines taken; null if there is no room, or it is not this process's any more.</returns>
    /// <exception cref="ApiException">The chat endpoint does not answer, and is to be asked again.</exception>
    public async Task<Batch?> RunAsync(BatchHold hold, StoredFile file, int open, CancellationToken cancellation)
    {
        Batch batch = hold.Batch;
        int room = Math.Min(MostAtOnce, Math.Min(options.Value.Window - open, gauge.RoomOf(batch.Tenant)));
        if (room <= 0)
        {
            return null;
        }

        // 1. The next lines, for the key as it is now
        Caller? caller = await keys.FindAsync(batch.KeyId, cancellation);
        (List<FedLine> lines, ApiException? away) = await ReadAsync(hold, file, caller, room, cancellation);

        // 2. Jobs, and how far the file was read
        var jobs = new List<Job>();
        int postponed = batch.Postponed + (away is null ? 0 : 1);
        Batch? after = await ledger.ChangeAsync(
            batch, async (context, row) => await TakeAsync(context, row, caller, lines, jobs, open == 0, cancellation) with { Postponed = postponed }, cancellation);
        if (after is null)
        {
            return null;
        }

        // 3. They can be drawn
        jobs.ForEach(gauge.Count);
        dispatch.Raise();
        return away is not null ? throw away : after.Taken == batch.Taken ? null : after;
    }

    private async Task<(List<FedLine> Lines, ApiException? Away)> ReadAsync(BatchHold hold, StoredFile file, Caller? caller, int room, CancellationToken cancellation)
    {
        Batch batch = hold.Batch;
        await using Stream content = input.Open(file, batch.Offset);
        var lines = input.Lines(content, batch.Offset, batch.Lines);
        var reader = new RequestReader(input, callbacks, batch, time);
        var read = new List<FedLine>();
        while (read.Count < room && await lines.ReadAsync(cancellation) is { } line)
        {
            // Pictures are copied and language models asked, which may take longer than a batch is held.
            await hold.KeepAsync(cancellation);
            try
            {
                Submission submission = (await reader.ReadAsync(line, cancellation)).Submission;
                Job? job = caller is null ? null : JobOf(batch, line.Number, await hold.KeepAsync(drafts.DraftAsync(submission, caller, cancellation), cancellation));
                read.Add(new FedLine(line.Number, lines.Offset, job, null));
            }
            catch (ApiException away) when (away.Code == ErrorCode.ConversationUnavailable && batch.Postponed < MostPostponed)
            {
                return (read, away);
            }
            catch (ApiException changed) when (changed.Status < 500 || changed.Code == ErrorCode.ConversationUnavailable)
            {
                read.Add(new FedLine(line.Number, lines.Offset, null, changed));
            }
        }

        return (read, null);
    }

    private async Task<Batch> TakeAsync(GatewayContext context, Batch row, Caller? caller, List<FedLine> lines, List<Job> jobs, bool isAlone, CancellationToken cancellation)
    {
        foreach (FedLine line in lines)
        {
            ApiException? refused = caller is null ? KeyClosed : line.Refused;
            if (caller is not null && line.Job is { } job)
            {
                try
                {
                    JobTransition accepted = JobMachine.Accept(await admission.AdmitAsync(context, caller, job, cancellation));
                    context.Add(accepted.After);
                    context.AddRange(accepted.Events);
                    jobs.Add(accepted.After);
                }
                catch (ApiException usedUp)
                {
                    // What is under way may give some of its quota back; and there may be more of it before the window ends.
                    if (!isAlone || jobs.Count > 0 || time.GetUtcNow() + usedUp.RetryAfter < row.Expires)
                    {
                        break;
                    }

                    refused = usedUp;
                }
            }

            if (refused is not null)
            {
                context.Add(new BatchRefusal(row.Id, line.Number, new Failure(refused.Code, refused.Message)) { Status = refused.Status });
            }

            row = row with { Taken = row.Taken + 1, Offset = line.End, Lines = line.Number };
        }

        return row;
    }

    private static Job JobOf(Batch batch, int line, Job draft) => draft with
    {
        Priority = JobPriority.Batch,
        Deadline = batch.Expires,
        BatchId = batch.Id,
        BatchLine = line,
    };

    /// <summary>A line that was read, and where the next one begins.</summary>
    private sealed record FedLine(int Number, long End, Job? Job, ApiException? Refused);
}
