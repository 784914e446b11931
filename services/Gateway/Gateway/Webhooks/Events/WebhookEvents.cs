namespace Limner.Gateway.Webhooks.Events;

/// <summary>What an endpoint is told of. The numbers stand in the database.</summary>
[Flags]
internal enum WebhookEvents
{
    None = 0,
    JobCompleted = 1,
    JobFailed = 2,
    JobCancelled = 4,
    JobProgress = 8,
    AllEnds = JobCompleted | JobFailed | JobCancelled,
}
