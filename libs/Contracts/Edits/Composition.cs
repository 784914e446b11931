namespace Limner.Contracts.Edits;

/// <summary>What a reroll keeps of the image that it is another one of: all that its embedding was made of. The rest is drawn with the job's own seed.</summary>
/// <param name="Seed">Seed that the embedding was sampled with.</param>
/// <param name="Candidate">Which candidate of that seed, from 0.</param>
/// <param name="Operation">What was made of given pictures; null if a prompt was drawn from nothing.</param>
public sealed record Composition(ulong Seed, int Candidate, EditOperation? Operation);
