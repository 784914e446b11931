using System.Runtime.CompilerServices;
using Limner.Gateway.Background;
using Limner.Gateway.Cancellation;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Batches;

/// <summary>Leads batches from one state to the next. Whatever stops in between is taken up where the row says, by this Gateway or another.</summary>
internal sealed partial class BatchWork(
    Transactions database, BatchLedger ledger, BatchValidation validation, BatchFeed feed, BatchResults results, JobCancellation cancel, TimeProvider time, ILogger<BatchWork> log)
{
    /// <summary>So that one which writes long results keeps few others waiting.</summary>
    private const int AtOnce = 4;

    /// <summary>Those of one tenant, so that none can keep the others' waiting.</summary>
    private const int AtOnceOfTenant = AtOnce / 2;

    private const int MostCancelled = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly BatchError NeverRead =
        new(ErrorCode.BatchExpired, "The file could not be read to its end within the completion window, since something that it takes was not there: a worker that has the model, or the store.", null, null);

    private static readonly Failure BatchCancelled = new(ErrorCode.BatchCancelled, "Its batch was cancelled.");

    private readonly Lock _lock = new();
    private readonly List<string> _tenants = [];
    private readonly Turn _free = new();

    /// <summary>Works at whatever batch is due, until stopped.</summary>
    public Task RunAsync(CancellationToken stop) => Parallel.ForEachAsync(
        FindAsync(stop), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (batch, end) => await WorkInTurnAsync(batch, end));

    private async IAsyncEnumerable<Batch> FindAsync([EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            if (await ledger.TakeAsync(BusyTenants(), stop) is { } batch)
            {
                lock (_lock)
                {
                    _tenants.Add(batch.Tenant);
                }

                yield return batch;
            }
            else
            {
                // What is due may be a tenant's that has its share in work, until one of those is done.
                await _free.WaitAsync(Pause, time, stop);
            }
        }
    }

    private string[] BusyTenants()
    {
        lock (_lock)
        {
            return [.. _tenants.CountBy(tenant => tenant).Where(tenant => tenant.Value >= AtOnceOfTenant).Select(tenant => tenant.Key)];
        }
    }

    private async Task WorkInTurnAsync(Batch taken, CancellationToken cancellation)
    {
        try
        {
            await WorkAsync(taken, cancellation);
        }
        finally
        {
            lock (_lock)
            {
                _tenants.Remove(taken.Tenant);
            }

            _free.Raise();
        }
    }

    private async Task WorkAsync(Batch taken, CancellationToken cancellation)
    {
        try
        {
            StoredFile file = await FindInputAsync(taken, cancellation);
            DateTimeOffset end = time.GetUtcNow() + BatchLedger.Hold;
            Batch? batch = taken;
            while (batch is { IsOver: false } && time.GetUtcNow() < end)
            {
                batch = await StepAsync(batch, file, cancellation);
            }

            // One that has more to do goes behind those that are due by then.
            await ledger.ReleaseAsync(taken, batch is null ? Pause : TimeSpan.Zero, cancellation);
        }
        catch (FileContentException lost)
        {
            DateTimeOffset now = time.GetUtcNow();
            await ledger.ChangeAsync(
                taken, (_, row) => Task.FromResult(row.Enter(BatchState.Failed, now) with { Errors = [new BatchError(ErrorCode.FileNotFound, lost.Message, "input_file_id", null)] }), cancellation);
        }
        catch (BatchLostException)
        {
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            // It stays held, and is so tried again after a while.
            LogFailed(fault, BatchId.Format(taken.Id));
        }
    }

    /// <returns>The batch after something was done; null if there is nothing to do for now.</returns>
    private async Task<Batch?> StepAsync(Batch batch, StoredFile file, CancellationToken cancellation)
    {
        var hold = new BatchHold(ledger, batch, time);
        DateTimeOffset now = time.GetUtcNow();
        switch (batch.State)
        {
            case BatchState.Validating when now >= batch.Expires:
                return await ledger.ChangeAsync(batch, (_, row) => Task.FromResult(row.Enter(BatchState.Failed, now) with { Errors = [NeverRead] }), cancellation);
            case BatchState.Validating:
                return await validation.RunAsync(hold, file, cancellation);
            case BatchState.Finalizing:
                return await results.WriteAsync(hold, file, cancellation);
        }

        int open = await feed.CountOpenAsync(batch, cancellation);
        if (batch.State == BatchState.Cancelling)
        {
            return open == 0 ? await results.WriteAsync(hold, file, cancellation) : await CancelAsync(hold, cancellation);
        }

        // The jobs' own deadline is the same: the sweep ends those that are late.
        return batch.Taken < batch.Total && now < batch.Expires ? await feed.RunAsync(hold, file, open, cancellation)
            : open == 0 ? await ledger.ChangeAsync(batch, (_, row) => Task.FromResult(row.Enter(BatchState.Finalizing, now)), cancellation)
            : null;
    }

    private async Task<Batch> CancelAsync(BatchHold hold, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        Guid[] open = await context.Jobs.Where(job => job.BatchId == hold.Batch.Id && job.State < JobState.Completed).Select(job => job.Id).Take(MostCancelled).ToArrayAsync(cancellation);
        foreach (Guid job in open)
        {
            await cancel.CancelAsync(job, BatchCancelled, cancellation);
            await hold.KeepAsync(cancellation);
        }

        return hold.Batch;
    }

    private async Task<StoredFile> FindInputAsync(Batch batch, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await context.Files.AsNoTracking().SingleOrDefaultAsync(file => file.Id == batch.InputFileId, cancellation) ?? throw new FileContentException("The input file is gone.");
    }

    private sealed class Turn : WakeSignal;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Work at {Batch} failed and is tried again")]
    private partial void LogFailed(Exception fault, string batch);
}
