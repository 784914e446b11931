using Limner.Gateway.Files;
using Limner.Gateway.Views;

namespace Limner.Gateway.Batches;

/// <summary>A batch as its owner sees it, in OpenAI's shape.</summary>
internal sealed record BatchView : IListed
{
    public required string Id { get; init; }

    public string Object { get; } = "batch";

    public required string Endpoint { get; init; }

    public BatchErrorsView? Errors { get; init; }

    public required string InputFileId { get; init; }

    public string CompletionWindow { get; } = "24h";

    public required BatchState Status { get; init; }

    public string? OutputFileId { get; init; }

    public string? ErrorFileId { get; init; }

    public required long CreatedAt { get; init; }

    public long? InProgressAt { get; init; }

    public required long ExpiresAt { get; init; }

    public long? FinalizingAt { get; init; }

    public long? CompletedAt { get; init; }

    public long? FailedAt { get; init; }

    public long? ExpiredAt { get; init; }

    public long? CancellingAt { get; init; }

    public long? CancelledAt { get; init; }

    public required BatchCounts RequestCounts { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public static BatchView Of(Batch batch, BatchCounts counts)
    {
        long? At(BatchState state) => batch.Entered.TryGetValue(state, out DateTimeOffset time) ? time.ToUnixTimeSeconds() : null;
        return new BatchView
        {
            Id = BatchId.Format(batch.Id),
            Endpoint = batch.Endpoint,
            Errors = batch.Errors.Count > 0 ? new BatchErrorsView(batch.Errors) : null,
            InputFileId = FileId.Format(batch.InputFileId),
            Status = batch.State,
            OutputFileId = batch.OutputFileId is { } output ? FileId.Format(output) : null,
            ErrorFileId = batch.ErrorFileId is { } errors ? FileId.Format(errors) : null,
            CreatedAt = batch.Created.ToUnixTimeSeconds(),
            InProgressAt = At(BatchState.InProgress),
            ExpiresAt = batch.Expires.ToUnixTimeSeconds(),
            FinalizingAt = At(BatchState.Finalizing),
            CompletedAt = At(BatchState.Completed),
            FailedAt = At(BatchState.Failed),
            ExpiredAt = At(BatchState.Expired),
            CancellingAt = At(BatchState.Cancelling),
            CancelledAt = At(BatchState.Cancelled),
            RequestCounts = counts,
            Metadata = batch.Metadata,
        };
    }
}

/// <summary>What is wrong with a batch's file, line by line.</summary>
internal sealed record BatchErrorsView(IReadOnlyList<BatchError> Data)
{
    public string Object { get; } = "list";
}
