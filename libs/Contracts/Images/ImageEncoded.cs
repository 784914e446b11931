using Limner.Contracts.Jobs;

namespace Limner.Contracts.Images;

/// <summary>One candidate's conditioning was sampled. Encoder to Decoder, once for each candidate.</summary>
/// <param name="Job">The job.</param>
/// <param name="Candidate">Which candidate, from 0.</param>
/// <param name="ConditioningKey">Where the conditioning cache has it, until it forgets; what is missing is encoded again. Empty where a picture is only enlarged, which needs none.</param>
public sealed record ImageEncoded(JobDescription Job, int Candidate, string ConditioningKey);
