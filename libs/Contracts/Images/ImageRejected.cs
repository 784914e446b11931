using Limner.Contracts.Moderation;

namespace Limner.Contracts.Images;

/// <summary>An image may not be shown. Moderation to Gateway.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Candidate">Which candidate, from 0.</param>
/// <param name="Image">Where it is; the Gateway removes it.</param>
/// <param name="Verdict">Why.</param>
/// <param name="Work">What it took.</param>
public sealed record ImageRejected(Guid JobId, int Candidate, StoredImage Image, Verdict Verdict, WorkDone Work);
