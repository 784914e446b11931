using Limner.Contracts.Moderation;

namespace Limner.Contracts.Prompts;

/// <summary>A prompt, or a picture that came with it, may not be used. Moderation to Gateway.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Verdict">Why.</param>
public sealed record PromptRejected(Guid JobId, Verdict Verdict)
{
    /// <summary>Whether it was a picture.</summary>
    public bool IsOfPicture { get; init; }
}
