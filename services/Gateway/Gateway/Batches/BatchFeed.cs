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
/// and not fail. The jobs and how far the file was read are one transaction, so a line becomes one job wherever a Gateway stops.
/// </summary>
internal sealed class BatchFeed(
    Transactions database, BatchLedger ledger, BatchInput input, QueueGauge gauge, DispatchSignal dispatch, IOptions<BatchOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 200;

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

        // 1. The next lines
        await using Stream content = input.Open(file, batch.Offset);
        var lines = input.Lines(content, batch.Offset, batch.Lines);
        var jobs = new List<JobTransition>();
        var refusals = new List<BatchRefusal>();
        while (jobs.Count + refusals.Count < room && await lines.ReadAsync(cancellation) is { } line)
        {
            try
            {
                jobs.Add(JobMachine.Accept(Read(line, batch)));
            }
            catch (ApiException changed)
            {
                refusals.Add(new BatchRefusal(batch.Id, line.Number, new Failure(changed.Code, changed.Message)));
            }
        }

        // 2. Jobs, and how far the file was read
        Batch? after = await ledger.ChangeAsync(
            batch,
            (context, row) =>
            {
                context.AddRange(jobs.Select(job => job.After));
                context.AddRange(jobs.SelectMany(job => job.Events));
                context.AddRange(refusals);
                return Task.FromResult(row with { Taken = row.Taken + jobs.Count + refusals.Count, Offset = lines.Offset, Lines = lines.Lines });
            },
            cancellation);

        // 3. They can be drawn
        if (after is not null)
        {
            jobs.ForEach(job => gauge.Count(job.After));
            dispatch.Raise();
        }

        return after;
    }

    private static Caller CallerOf(Batch batch) => new(batch.Tenant, batch.KeyId, Scopes.Generate, Allowance.Unlimited);

    private Job Read(JsonLine line, Batch batch)
    {
        DateTimeOffset now = time.GetUtcNow();
        return input.TargetOf(batch).Read(input.Parse(line, batch).Body, now).ToJob(CallerOf(batch), now) with
        {
            Priority = JobPriority.Batch,
            Deadline = batch.Expires,
            BatchId = batch.Id,
            BatchLine = line.Number,
        };
    }
}
