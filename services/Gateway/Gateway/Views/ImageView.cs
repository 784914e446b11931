using Limner.Gateway.Images;
using Limner.Gateway.Jobs;

namespace Limner.Gateway.Views;

/// <summary>One candidate: <c>pending</c>, <c>approved</c> with an image, <c>rejected</c> or <c>failed</c> with an error; <c>dropped</c> if its job ended before it did.</summary>
internal sealed record ImageView
{
    public required int Candidate { get; init; }

    public required string Status { get; init; }

    public string? Id { get; init; }

    public string? Url { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public long? Bytes { get; init; }

    public string? Sha256 { get; init; }

    public FailureView? Error { get; init; }

    public static ImageView Of(Job job, int index)
    {
        Candidate? candidate = job.Candidates.FirstOrDefault(known => known.Index == index);
        string? id = candidate?.State == CandidateState.Approved ? ImageId.Format(job.Id, index) : null;
        return new ImageView
        {
            Candidate = index,
            Status = candidate?.State switch
            {
                CandidateState.Approved => "approved",
                CandidateState.Rejected => "rejected",
                CandidateState.Failed => "failed",
                _ => job.IsOver ? "dropped" : "pending",
            },
            Id = id,
            Url = id is null ? null : $"/v1/images/{id}",
            Width = candidate?.Image?.Width,
            Height = candidate?.Image?.Height,
            Bytes = candidate?.Image?.Bytes,
            Sha256 = candidate?.Image?.Sha256,
            Error = FailureView.Of(candidate?.Failure),
        };
    }
}
