using Limner.Contracts.Moderation;

namespace Limner.Contracts.Prompts;

/// <summary>A prompt may not be drawn. Moderation to Gateway.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Verdict">Why.</param>
public sealed record PromptRejected(Guid JobId, Verdict Verdict);
