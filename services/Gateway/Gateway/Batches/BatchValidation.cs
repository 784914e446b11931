using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Webhooks;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Batches;

/// <summary>Reads a batch's file from end to end before any of it becomes a job: either every line is good, or the batch fails and says which are not.</summary>
internal sealed class BatchValidation(BatchLedger ledger, BatchInput input, JobCallbacks callbacks, IOptions<BatchOptions> options, TimeProvider time)
{
    /// <summary>Who has so many mistakes has made one.</summary>
    private const int MostErrors = 100;

    /// <returns>The batch afterwards; null if it is not this process's any more.</returns>
    public async Task<Batch?> RunAsync(BatchHold hold, StoredFile file, CancellationToken cancellation)
    {
        var errors = new List<BatchError>();
        // Half of a hash each: 50,000 names of half a kilobyte are not kept.
        var names = new HashSet<UInt128>();
        int total = 0;
        await using Stream content = input.Open(file, 0);
        LineReader lines = input.Lines(content);
        var reader = new RequestReader(input, callbacks, hold.Batch, time);
        while (errors.Count < MostErrors && await lines.ReadAsync(cancellation) is { } line)
        {
            await hold.KeepAsync(cancellation);
            if (++total > options.Value.MaxLines)
            {
                errors.Add(new BatchError(ErrorCode.TooManyLines, $"The file has more than {options.Value.MaxLines} requests; split it.", null, line.Number));
                break;
            }

            try
            {
                string name = (await reader.ReadAsync(line, cancellation)).CustomId;
                if (!names.Add(Digest(name)))
                {
                    throw ApiException.Invalid(ErrorCode.DuplicateCustomId, "custom_id", $"custom_id is '{name}', as on a line before; it has to be another on every line.");
                }
            }
            catch (ApiException problem) when (problem.Status < 500)
            {
                errors.Add(BatchError.Of(problem, line.Number));
            }
        }

        if (total == 0)
        {
            errors.Add(new BatchError(ErrorCode.MissingParameter, "The file has no requests; it has to have one JSON object on each line.", null, null));
        }

        DateTimeOffset now = time.GetUtcNow();
        return await ledger.ChangeAsync(
            hold.Batch,
            (_, batch) => Task.FromResult(errors.Count > 0 ? batch.Enter(BatchState.Failed, now) with { Errors = errors } : batch.Enter(BatchState.InProgress, now) with { Total = total }),
            cancellation);
    }

    private static UInt128 Digest(string name) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
