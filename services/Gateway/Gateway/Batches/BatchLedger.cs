using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Batches;

/// <summary>Who works at which batch, and what he writes down of it: only while he holds it, and only if nobody changed its state meanwhile.</summary>
internal sealed class BatchLedger(Transactions database, TimeProvider time)
{
    /// <summary>After so long without a word, somebody else may go on. Clocks that differ by less do no harm, and more only makes work twice.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);

    /// <summary>Takes a batch that is due, of none of the <paramref name="busy"/> tenants; null if there is none, or others are about to take it.</summary>
    public Task<Batch?> TakeAsync(string[] busy, CancellationToken cancellation) => database.WriteAsync(async context =>
    {
        DateTimeOffset now = time.GetUtcNow();
        Batch? due = await context.Batches.Where(batch => batch.State < BatchState.Failed && batch.Due <= now && !busy.Contains(batch.Tenant))
            .OrderBy(batch => batch.Due).Take(1).LockFree().SingleOrDefaultAsync(cancellation);
        return due is null ? null : Set(context, due, due with { Holder = Guid.NewGuid(), Due = now + Hold });
    }, cancellation);

    /// <summary>Writes a step down, in the transaction of <paramref name="change"/>.</summary>
    /// <param name="held">The batch as it was taken.</param>
    /// <param name="change">From the row as it is to the row as it is to be.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The row as it is now; null if somebody else has it, or its state is another.</returns>
    public Task<Batch?> ChangeAsync(Batch held, Func<GatewayContext, Batch, Task<Batch>> change, CancellationToken cancellation) => database.WriteAsync(async context =>
    {
        Batch? row = await context.Batches.Where(batch => batch.Id == held.Id).Lock().SingleOrDefaultAsync(cancellation);
        return row is null || row.Holder != held.Holder || row.State != held.State ? null
            : Set(context, row, await change(context, row) with { Due = time.GetUtcNow() + Hold });
    }, cancellation);

    /// <summary>Holds it for longer.</summary>
    /// <returns>Whether it still could.</returns>
    public async Task<bool> RenewAsync(Batch held, CancellationToken cancellation) => await ChangeAsync(held, (_, row) => Task.FromResult(row), cancellation) is not null;

    /// <summary>Lets go of it until there may be something to do again.</summary>
    public Task ReleaseAsync(Batch held, TimeSpan pause, CancellationToken cancellation) => database.WriteAsync(
        context => context.Batches.Where(batch => batch.Id == held.Id && batch.Holder == held.Holder)
            .ExecuteUpdateAsync(set => set.SetProperty(batch => batch.Holder, (Guid?)null).SetProperty(batch => batch.Due, time.GetUtcNow() + pause), cancellation),
        cancellation);

    /// <summary>A file belongs to one process: whoever held a batch when the last one ended holds it no more.</summary>
    public Task ForgetHoldersAsync(CancellationToken cancellation) => database.WriteAsync(
        context => context.Batches.Where(batch => batch.State < BatchState.Failed).ExecuteUpdateAsync(set => set.SetProperty(batch => batch.Due, time.GetUtcNow()), cancellation), cancellation);

    private static Batch Set(GatewayContext context, Batch tracked, Batch after)
    {
        context.Entry(tracked).CurrentValues.SetValues(after);
        return after;
    }
}
