namespace Limner.Contracts.Images;

/// <summary>An image may be shown. Moderation to Gateway.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Candidate">Which candidate, from 0.</param>
/// <param name="Image">Where it is.</param>
/// <param name="Work">What it took.</param>
public sealed record ImageApproved(Guid JobId, int Candidate, StoredImage Image, WorkDone Work);
