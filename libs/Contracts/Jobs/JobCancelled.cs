namespace Limner.Contracts.Jobs;

/// <summary>A job was cancelled. Gateway to every worker: whoever has a part of it drops it at the next step.</summary>
/// <param name="JobId">The job.</param>
public sealed record JobCancelled(Guid JobId);
