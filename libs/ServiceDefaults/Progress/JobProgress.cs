using Limner.Contracts.Jobs;

namespace Limner.ServiceDefaults.Progress;

/// <summary>How far a candidate is. Told at most once; nothing depends on its arrival.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Candidate">Which candidate, from 0.</param>
/// <param name="Stage">What it goes through.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Preview">A small PNG of what is there already, or null.</param>
public sealed record JobProgress(Guid JobId, int Candidate, JobStage Stage, int Step, int Steps, byte[]? Preview);
