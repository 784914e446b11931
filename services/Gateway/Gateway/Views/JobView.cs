using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;
using Limner.Gateway.Progress;
using Limner.Gateway.Queue;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Limner.Gateway.Views;

/// <summary>A job as its owner sees it.</summary>
internal sealed record JobView
{
    public required string Id { get; init; }

    public string Object { get; } = "job";

    public required JobState Status { get; init; }

    public required JobPriority Priority { get; init; }

    public required string Prompt { get; init; }

    /// <summary>What is drawn, where that is not the prompt as it was written.</summary>
    public string? RevisedPrompt { get; init; }

    public required string NegativePrompt { get; init; }

    /// <summary>What is made of given pictures; null if the prompt is drawn from nothing.</summary>
    public EditOperation? Operation { get; init; }

    /// <summary>The image that the prompt says changes of.</summary>
    public string? Parent { get; init; }

    public float? Strength { get; init; }

    public required int N { get; init; }

    public required ulong Seed { get; init; }

    public required string Size { get; init; }

    public int? Steps { get; init; }

    public float? Guidance { get; init; }

    /// <summary>The LoRA adapter that it is drawn with.</summary>
    public string? Adapter { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>While it is queued and asked for alone.</summary>
    public QueueView? Queue { get; init; }

    /// <summary>While it is running and asked for alone.</summary>
    public ProgressView? Progress { get; init; }

    public required IReadOnlyList<ImageView> Images { get; init; }

    /// <summary>Why it failed, or who cancelled it.</summary>
    public FailureView? Error { get; init; }

    /// <summary>The failed job that this one asks for again.</summary>
    public string? RetryOf { get; init; }

    /// <summary>The batch that it is a line of.</summary>
    public string? BatchId { get; init; }

    /// <summary>The first reply, however far the job is when it is given again.</summary>
    public static Accepted<JobView> Accepted(Job job) => TypedResults.Accepted(
        JobId.Path(job.Id), Of(job with { State = JobState.Queued, Candidates = [], Failure = null, Started = null, Finished = null }));

    public static JobView Of(Job job) => new()
    {
        Id = JobId.Format(job.Id),
        Status = job.State,
        Priority = job.Priority,
        Prompt = job.Prompt,
        RevisedPrompt = job.RevisedPrompt,
        NegativePrompt = job.NegativePrompt,
        Operation = job.Edit?.Operation,
        Parent = job.Turn?.Parent,
        Strength = job.Edit?.Strength,
        N = job.Count,
        Seed = job.Seed,
        Size = $"{job.Width}x{job.Height}",
        Steps = job.Steps,
        Guidance = job.Guidance,
        Adapter = job.Adapter,
        Metadata = job.Metadata,
        CreatedAt = job.Created,
        Deadline = job.Deadline,
        StartedAt = job.Started,
        FinishedAt = job.Finished,
        Images = [.. Enumerable.Range(0, job.Count).Select(index => ImageView.Of(job, index))],
        Error = FailureView.Of(job.Failure),
        RetryOf = job.RetryOf is { } failed ? JobId.Format(failed) : null,
        BatchId = job.BatchId is { } batch ? Batches.BatchId.Format(batch) : null,
    };
}

/// <summary>Where a queued job stands.</summary>
internal sealed record QueueView(int Position, int? EstimatedSeconds)
{
    public static QueueView Of(QueueEstimate estimate) => new(estimate.Position, estimate.Seconds);
}

/// <summary>Why something failed or was cancelled; the code is one of docs/errors.md.</summary>
internal sealed record FailureView(string Code, string Message, string? Category, string? PolicyVersion)
{
    public static FailureView? Of(Failure? failure) => failure is null ? null : new(failure.Code, failure.Message, failure.Category, failure.PolicyVersion);
}
