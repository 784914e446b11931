namespace Limner.Gateway.Jobs;

/// <summary>Where a job is. The numbers stand in the database; a job only ever moves to a higher one.</summary>
internal enum JobState
{
    Queued = 0,
    Running = 1,
    Completed = 2,
    Failed = 3,
    Cancelled = 4,
}
