namespace Limner.Contracts.Jobs;

/// <summary>What every stage must know of a job: carried along, since no stage but the Gateway reads the database.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Tenant">Whose job; first part of its images' keys.</param>
/// <param name="Priority">Its class.</param>
/// <param name="Deadline">When every stage gives it up.</param>
/// <param name="Request">What is to be drawn.</param>
public sealed record JobDescription(Guid JobId, string Tenant, JobPriority Priority, DateTimeOffset Deadline, GenerationRequest Request)
{
    /// <summary>When the Gateway published it, the last time if it did so again; null from one that does not say.</summary>
    public DateTimeOffset? Released { get; init; }
}
