using Limner.Contracts.Jobs;

namespace Limner.Contracts.Images;

/// <summary>One candidate was drawn and stored. Decoder to Moderation.</summary>
/// <param name="Job">The job.</param>
/// <param name="Candidate">Which candidate, from 0.</param>
/// <param name="Image">Where its image is.</param>
/// <param name="Work">What it took.</param>
public sealed record ImageDecoded(JobDescription Job, int Candidate, StoredImage Image, WorkDone Work);
