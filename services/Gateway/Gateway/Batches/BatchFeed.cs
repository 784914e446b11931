using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Queue;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Batches;

/// <summary>
/// Turns lines into jobs: some at a time, never more than may be open at once, and no more than the queue has room for, so that a full queue makes a batch wait
/// and not fail. A line that a quota has no room for is refused. The jobs and how far the file was read are one transaction, so a line becomes one job
/// wherever a Gateway stops.
/// </summary>
internal sealed class BatchFeed(
    Transactions database, BatchLedger ledger, BatchInput input, KeyDirectory keys, QueueGauge gauge, Admission admission, DispatchSignal dispatch, IOptions<BatchOptions> options,
    TimeProvider time)
{
    private const int MostAtOnce = 200;

    private static readonly Failure Closed = new(ErrorCode.InvalidApiKey, "The key that made the batch was revoked or has expired.");

    /// <summary>Jobs of a batch that are not over.</summary>
    public async Task<int> CountOpenAsync(Batch batch, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await context.Jobs.CountAsync(job => job.BatchId == batch.Id && job.State < JobState.Completed, cancellation);
    }

    /// <returns>The batch with more lines taken; null if there is no room, or it is not this process's any more.</returns>
    public async Task<Batch?> RunAsync(Batch batch, StoredFile file, int open, CancellationToken cancellation)
    {
        int room = Math.Min(MostAtOnce, Math.Min(options.Value.Window - open, gauge.RoomOf(batch.Tenant)));
        if (room <= 0)
        {
            return null;
        }

        // 1. The next lines, for the key as it is now
        Caller? caller = await keys.FindAsync(batch.KeyId, cancellation);
        await using Stream content = input.Open(file, batch.Offset);
        var lines = input.Lines(content, batch.Offset, batch.Lines);
        var jobs = new List<JobTransition>();
        var refusals = new List<BatchRefusal>();
        while (jobs.Count + refusals.Count < room && await lines.ReadAsync(cancellation) is { } line)
        {
            try
            {
                if (caller is null)
                {
                    refusals.Add(new BatchRefusal(batch.Id, line.Number, Closed));
                    continue;
                }

                jobs.Add(JobMachine.Accept(Read(line, batch, caller)));
            }
            catch (ApiException changed)
            {
                refusals.Add(Refuse(batch, line.Number, changed));
            }
        }

        // 2. Jobs, as far as the quotas go, and how far the file was read
        var accepted = new List<Job>();
        Batch? after = await ledger.ChangeAsync(
            batch,
            async (context, row) =>
            {
                foreach (JobTransition job in jobs)
                {
                    try
                    {
                        accepted.Add(await admission.AdmitAsync(context, caller!, job.After, cancellation));
                        context.AddRange(job.Events);
                    }
                    catch (ApiException usedUp)
                    {
                        refusals.Add(Refuse(batch, job.After.BatchLine!.Value, usedUp));
                    }
                }

                context.AddRange(accepted);
                context.AddRange(refusals);
                return row with { Taken = row.Taken + accepted.Count + refusals.Count, Offset = lines.Offset, Lines = lines.Lines };
            },
            cancellation);

        // 3. They can be drawn
        if (after is not null)
        {
            accepted.ForEach(gauge.Count);
            dispatch.Raise();
        }

        return after;
    }

    private static BatchRefusal Refuse(Batch batch, int line, ApiException problem) => new(batch.Id, line, new Failure(problem.Code, problem.Message));

    private Job Read(JsonLine line, Batch batch, Caller caller)
    {
        DateTimeOffset now = time.GetUtcNow();
        return input.TargetOf(batch).Read(input.Parse(line, batch).Body, now).ToJob(caller, now) with
        {
            Priority = JobPriority.Batch,
            Deadline = batch.Expires,
            BatchId = batch.Id,
            BatchLine = line.Number,
        };
    }
}
