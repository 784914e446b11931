using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Limner.Gateway.Retention;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Batches;

/// <summary>Writes what became of a batch's lines, in their order: each has one result, in the output file or in the error file, and then the batch is over.</summary>
internal sealed class BatchResults(
    Transactions database, BatchLedger ledger, BatchInput input, FileBlocks blocks, IOptions<RetentionOptions> retention, TimeProvider time)
{
    /// <returns>The batch, over; null if it is not this process's any more.</returns>
    public async Task<Batch?> WriteAsync(BatchHold hold, StoredFile file, CancellationToken cancellation)
    {
        Batch batch = hold.Batch;
        await using FileWriter output = blocks.Create(batch.Tenant, time.GetUtcNow()), errors = blocks.Create(batch.Tenant, time.GetUtcNow());
        await using var writer = new ResultWriter(batch, input.TargetOf(batch), output, errors);

        // 1. Line after line, beside the jobs in the same order. One that was never validated has no lines that anybody knows of.
        await using Stream content = input.Open(file, 0);
        LineReader lines = input.Lines(content);
        var outcomes = new LineOutcomes(database, batch);
        while (batch.Total > 0 && await lines.ReadAsync(cancellation) is { } line)
        {
            await hold.KeepAsync(cancellation);
            (Job? job, BatchRefusal? refusal) = await outcomes.FindAsync(line.Number, cancellation);
            await writer.WriteAsync(line.Number, Parse(line, batch), job, refusal, cancellation);
        }

        // 2. Both files are complete before any row names them
        DateTimeOffset now = Job.Storable(time.GetUtcNow());
        StoredFile[] written = [.. (await CompleteAsync(output, "output", batch, now, cancellation)), .. (await CompleteAsync(errors, "error", batch, now, cancellation))];
        Batch? over = await ledger.ChangeAsync(
            batch,
            (context, row) =>
            {
                context.AddRange(written);
                return Task.FromResult(row.Enter(EndOf(batch, writer), now) with
                {
                    Succeeded = writer.Succeeded,
                    Failed = writer.Failed,
                    OutputFileId = written.FirstOrDefault(known => known.Id == output.Id)?.Id,
                    ErrorFileId = written.FirstOrDefault(known => known.Id == errors.Id)?.Id,
                });
            },
            cancellation);
        foreach (StoredFile unnamed in over is null ? written : [])
        {
            await blocks.DeleteAsync(unnamed.Tenant, unnamed.Id, cancellation);
        }

        return over;
    }

    private static BatchState EndOf(Batch batch, ResultWriter writer) =>
        batch.State == BatchState.Cancelling ? BatchState.Cancelled : writer.Unexecuted > 0 ? BatchState.Expired : BatchState.Completed;

    // It was good when the file was validated; a later version may think otherwise.
    private BatchLine? Parse(JsonLine line, Batch batch)
    {
        try
        {
            return input.Parse(line, batch);
        }
        catch (ApiException)
        {
            return null;
        }
    }

    private async Task<StoredFile[]> CompleteAsync(FileWriter content, string kind, Batch batch, DateTimeOffset now, CancellationToken cancellation)
    {
        if (content.Length == 0)
        {
            return [];
        }

        await content.CompleteAsync(cancellation);
        content.Keep();
        return
        [
            new StoredFile
            {
                Id = content.Id,
                Tenant = content.Tenant,
                Name = $"{BatchId.Format(batch.Id)}_{kind}.jsonl",
                Purpose = FilePurpose.BatchOutput,
                Bytes = content.Length,
                Created = now,
                Expires = now + retention.Value.Period,
            },
        ];
    }
}
