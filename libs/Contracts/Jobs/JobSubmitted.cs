namespace Limner.Contracts.Jobs;

/// <summary>A job was accepted and released. Gateway to Moderation.</summary>
/// <param name="Job">The job.</param>
public sealed record JobSubmitted(JobDescription Job);
