namespace Limner.Contracts.Jobs;

/// <summary>A stage gave a job, or one candidate of it, up for good. Any worker to Gateway.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Candidate">Which candidate, from 0; null if the whole job.</param>
/// <param name="Stage">Where.</param>
/// <param name="Code">A stable code of the error envelope, e.g. <c>prompt_too_long</c>.</param>
/// <param name="Message">One sentence for the caller; never an exception's text that could hold a secret.</param>
public sealed record StageFailed(Guid JobId, int? Candidate, JobStage Stage, string Code, string Message);
