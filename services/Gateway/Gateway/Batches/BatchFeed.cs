using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Queue;
using Limner.Gateway.Sources;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Batches;

/// <summary>
/// Turns lines into jobs: some at a time, never more than may be open at once, and no more than the queue and the quotas have room for, so that a full queue
/// makes a batch wait and not fail. The jobs and how far the file was read are one transaction, so a line becomes one job wherever a Gateway stops.
/// </summary>
internal sealed class BatchFeed(
    Transactions database, BatchLedger ledger, BatchDrafts drafts, KeyDirectory keys, QueueGauge gauge, Admission admission, DispatchSignal dispatch, SourceFiles sources,
    IOptions<BatchOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 200;

    /// <summary>A fifth of the window has to be free before lines are taken again.</summary>
    private const int PartOfWindow = 5;

    private static readonly TimeSpan QuotaPause = TimeSpan.FromSeconds(5);

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
        int free = options.Value.Window - open;
        int room = Math.Min(MostAtOnce, Math.Min(free, gauge.RoomOf(batch.Tenant)));
        // A block of the file is read for however few lines, so it is not read for each that becomes free.
        if (room <= 0 || free < Math.Min(MostAtOnce, options.Value.Window / PartOfWindow))
        {
            return null;
        }

        // 1. The next lines
        bool isAlone = open == 0;
        Caller? asked = await keys.FindAsync(batch.KeyId, cancellation);
        DraftedLines drafted = await drafts.ReadAsync(hold, file, asked, room, isAlone, cancellation);

        // 2. Jobs, for the key as it is now, and how far the file was read
        Caller? caller = asked is null ? null : await keys.FindAsync(batch.KeyId, cancellation);
        var jobs = new List<Job>();
        Batch? after = await ledger.ChangeAsync(
            batch, async (context, row) => await TakeAsync(context, row, caller, drafted.Lines, jobs, isAlone, cancellation) with { Postponed = drafted.Postponed }, cancellation);

        // 3. They can be drawn, and what was not taken leaves nothing
        jobs.ForEach(gauge.Count);
        dispatch.Raise();
        HashSet<Guid> taken = [.. jobs.Select(job => job.Id)];
        foreach (Job refused in drafted.Lines.Select(line => line.Job).OfType<Job>().Where(job => !taken.Contains(job.Id)))
        {
            await sources.ForgetAsync(refused, cancellation);
        }

        return after is null ? null : await GoOnAsync(batch, after, drafted.Stopped, cancellation);
    }

    private async Task<Batch?> GoOnAsync(Batch before, Batch after, ApiException? stopped, CancellationToken cancellation)
    {
        if (stopped?.Code == ErrorCode.ConversationUnavailable)
        {
            throw stopped;
        }

        if (after.Taken > before.Taken)
        {
            return after;
        }

        if (stopped?.Code == ErrorCode.InsufficientQuota)
        {
            // A quota comes back with the end of a job or of the month, neither of which is due every second. Who let go of it first says for how long.
            await ledger.ReleaseAsync(after, QuotaPause, cancellation);
        }

        return null;
    }

    private async Task<Batch> TakeAsync(GatewayContext context, Batch row, Caller? caller, IReadOnlyList<DraftedLine> lines, List<Job> jobs, bool isAlone, CancellationToken cancellation)
    {
        foreach (DraftedLine line in lines)
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
                    if (row.WaitsFor(usedUp, isAlone && jobs.Count == 0, time.GetUtcNow()))
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
}
