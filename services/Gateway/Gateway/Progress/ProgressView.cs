using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;
using Limner.ServiceDefaults.Progress;

namespace Limner.Gateway.Progress;

/// <summary>How far a running job is: the last that was told of one of its candidates.</summary>
/// <param name="Candidate">Which; null while nothing was heard of any.</param>
/// <param name="Stage">What it goes through; null while nothing was heard.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all; null while only the model knows.</param>
internal sealed record ProgressView(int? Candidate, JobStage? Stage, int Step, int? Steps)
{
    public static ProgressView Of(Job job, JobProgress? told) =>
        told is null ? new(null, null, 0, job.Steps) : new(told.Candidate, told.Stage, told.Step, told.Steps);
}
