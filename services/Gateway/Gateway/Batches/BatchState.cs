namespace Limner.Gateway.Batches;

/// <summary>Where a batch is, in OpenAI's words. The numbers stand in the database; from <see cref="Failed"/> on it is over.</summary>
internal enum BatchState
{
    Validating = 0,
    InProgress = 1,
    Finalizing = 2,
    Cancelling = 3,
    Failed = 4,
    Completed = 5,
    Expired = 6,
    Cancelled = 7,
}
