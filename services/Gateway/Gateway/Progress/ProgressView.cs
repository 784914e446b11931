using Limner.Contracts.Jobs;
using Limner.ServiceDefaults.Progress;

namespace Limner.Gateway.Progress;

/// <summary>How far a candidate is.</summary>
internal sealed record ProgressView(int Candidate, JobStage Stage, int Step, int Steps)
{
    public static ProgressView Of(JobProgress progress) => new(progress.Candidate, progress.Stage, progress.Step, progress.Steps);
}
