using Limner.Gateway.Jobs;

namespace Limner.Gateway.EventStreams;

/// <summary>The data of a persisted event.</summary>
internal sealed record EventView(string JobId, string Type, DateTimeOffset At, int? Candidate, string? ImageId, string? Code)
{
    public static EventView Of(JobEvent told) => new(
        Jobs.JobId.Format(told.JobId), NameOf(told.Kind), told.At, told.Candidate,
        told.Kind == JobEventKind.CandidateApproved ? Images.ImageId.Format(told.JobId, told.Candidate!.Value) : null, told.Code);

    public static bool IsLast(JobEvent told) => told.Kind >= JobEventKind.Completed;

    private static string NameOf(JobEventKind kind) => kind switch
    {
        JobEventKind.Queued => "job.queued",
        JobEventKind.Running => "job.running",
        JobEventKind.CandidateApproved => "candidate.approved",
        JobEventKind.CandidateRejected => "candidate.rejected",
        JobEventKind.CandidateFailed => "candidate.failed",
        JobEventKind.Completed => "job.completed",
        JobEventKind.Failed => "job.failed",
        _ => "job.cancelled",
    };
}
