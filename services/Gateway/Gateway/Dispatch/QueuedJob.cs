namespace Limner.Gateway.Dispatch;

/// <summary>What the dispatcher has to know of a waiting job.</summary>
internal sealed record QueuedJob(Guid Id, string Tenant, long Work, int Pending);
