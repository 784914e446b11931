using Limner.Contracts.Jobs;

namespace Limner.Contracts.Prompts;

/// <summary>A prompt may be drawn. Moderation to Encoder.</summary>
/// <param name="Job">The job.</param>
public sealed record PromptApproved(JobDescription Job);
