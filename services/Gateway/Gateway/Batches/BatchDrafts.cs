using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Submissions;
using Limner.Gateway.Webhooks;

namespace Limner.Gateway.Batches;

/// <summary>
/// Reads a batch's next lines and drafts their jobs. That stores pictures and asks the chat endpoint, so it ends with the first line that has to wait, and after
/// as long as a batch is held: what it was begun upon, the key above all, may be another by then.
/// </summary>
internal sealed class BatchDrafts(Transactions database, BatchInput input, JobCallbacks callbacks, JobDrafts drafts, Admission admission, TimeProvider time)
{
    /// <summary>How often a batch waits, each time for as long as it is held, until the chat endpoint answers again. After that a line for which it does not is refused.</summary>
    private const int MostPostponed = 20;

    /// <param name="hold">The batch.</param>
    /// <param name="file">Its file.</param>
    /// <param name="caller">Whose jobs they are; null if his key has ended, and then there are no jobs.</param>
    /// <param name="room">Lines at most.</param>
    /// <param name="isAlone">Whether no jobs of the batch are under way.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<DraftedLines> ReadAsync(BatchHold hold, StoredFile file, Caller? caller, int room, bool isAlone, CancellationToken cancellation)
    {
        Batch batch = hold.Batch;
        DateTimeOffset end = time.GetUtcNow() + BatchLedger.Hold;
        QuotaRoom? quota = caller is null ? null : await ReadQuotaAsync(caller, cancellation);
        await using Stream content = input.Open(file, batch.Offset);
        LineReader lines = input.Lines(content, batch.Offset, batch.Lines);
        var reader = new RequestReader(input, callbacks, batch, time);
        var read = new List<DraftedLine>();
        int postponed = batch.Postponed;
        while (read.Count < room && (read.Count == 0 || time.GetUtcNow() < end) && await lines.ReadAsync(cancellation) is { } line)
        {
            // Pictures are copied and language models asked, which may take longer than a batch is held.
            await hold.KeepAsync(cancellation);
            try
            {
                Submission submission = (await reader.ReadAsync(line, cancellation)).Submission;
                if (quota?.RefusalOf(submission.Count, time.GetUtcNow()) is { } usedUp)
                {
                    if (batch.WaitsFor(usedUp, isAlone, time.GetUtcNow()))
                    {
                        return new DraftedLines(read, postponed, usedUp);
                    }

                    throw usedUp;
                }

                Job? job = caller is null ? null : JobOf(batch, line.Number, await hold.KeepAsync(drafts.DraftAsync(submission, caller, cancellation), cancellation));
                quota?.Take(submission.Count);
                isAlone &= job is null;
                postponed = IsAnswered(submission, job) ? 0 : postponed;
                read.Add(new DraftedLine(line.Number, lines.Offset, job, null));
            }
            catch (ApiException away) when (away.Code == ErrorCode.ConversationUnavailable && postponed < MostPostponed)
            {
                return new DraftedLines(read, postponed + 1, away);
            }
            catch (ApiException full) when (full.Code == ErrorCode.QueueFull)
            {
                return new DraftedLines(read, postponed, full);
            }
            catch (ApiException changed) when (changed.Status < 500 || changed.Code == ErrorCode.ConversationUnavailable)
            {
                read.Add(new DraftedLine(line.Number, lines.Offset, null, changed));
            }
        }

        return new DraftedLines(read, postponed, null);
    }

    // By the chat endpoint: what the grammar of a world understands has a topic.
    private static bool IsAnswered(Submission submission, Job? job) => submission.Parent is not null && job?.Turn is { Topic: null };

    private async Task<QuotaRoom> ReadQuotaAsync(Caller caller, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        return await admission.ReadRoomAsync(context, caller, cancellation);
    }

    private static Job JobOf(Batch batch, int line, Job draft) => draft with
    {
        Priority = JobPriority.Batch,
        Deadline = batch.Expires,
        BatchId = batch.Id,
        BatchLine = line,
    };
}
