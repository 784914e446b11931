using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Keys;
using Limner.Gateway.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Batches;

/// <summary>Reading and cancelling batches. The tenant stands in every query.</summary>
internal static class BatchEndpoints
{
    /// <summary><c>GET /v1/batches</c></summary>
    public static async Task<Ok<ListView<BatchView>>> ListAsync(Caller caller, HttpRequest request, Transactions database, CancellationToken cancellation)
    {
        var query = new QueryFields(request.Query, "after", "limit");
        Guid? after = query.Read("after", BatchId.Parse, "the id of a batch");
        int limit = query.Limit();
        await using GatewayContext context = database.Read();
        IQueryable<Batch> batches = context.Batches.Where(batch => batch.Tenant == caller.Tenant);
        batches = after is { } last ? batches.Where(batch => batch.Id.CompareTo(last) < 0) : batches;
        List<CountedBatch> page = await CountedBatch.ReadAsync(context, batches.OrderByDescending(batch => batch.Id).Take(limit + 1), cancellation);
        return TypedResults.Ok(ListView<BatchView>.Of([.. page.Select(batch => batch.View)], limit));
    }

    /// <summary><c>GET /v1/batches/{id}</c></summary>
    public static async Task<Ok<BatchView>> GetAsync(string id, Caller caller, Transactions database, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return TypedResults.Ok((await CountedBatch.ReadAsync(context, Find(id, caller, context), cancellation)).SingleOrDefault()?.View ?? throw ApiException.NoBatch(id));
    }

    /// <summary><c>POST /v1/batches/{id}/cancel</c>: what is done stays done, and the rest lands in the error file. Cancelling twice is cancelling once.</summary>
    public static async Task<Ok<BatchView>> CancelAsync(string id, Caller caller, Transactions database, TimeProvider time, CancellationToken cancellation) =>
        TypedResults.Ok(await database.WriteAsync(async context =>
        {
            Batch batch = await Find(id, caller, context).Lock().SingleOrDefaultAsync(cancellation) ?? throw ApiException.NoBatch(id);
            Batch after = batch.State is BatchState.Cancelling or BatchState.Cancelled ? batch
                : batch.IsOver ? throw ApiException.BatchIsOver(id, batch)
                : batch.Enter(BatchState.Cancelling, time.GetUtcNow()) with { Due = time.GetUtcNow() };
            context.Entry(batch).CurrentValues.SetValues(after);
            CountedBatch counted = (await CountedBatch.ReadAsync(context, Find(id, caller, context), cancellation)).Single();
            return BatchView.Of(after, counted.Counts);
        }, cancellation));

    private static IQueryable<Batch> Find(string id, Caller caller, GatewayContext context)
    {
        Guid batchId = BatchId.Parse(id) ?? throw ApiException.NoBatch(id);
        return context.Batches.Where(batch => batch.Id == batchId && batch.Tenant == caller.Tenant);
    }
}
