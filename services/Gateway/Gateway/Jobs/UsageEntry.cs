namespace Limner.Gateway.Jobs;

/// <summary>What is counted and charged: one for each candidate that was drawn, whatever moderation said of it.</summary>
internal sealed record UsageEntry(Guid JobId, int Candidate, string Tenant, DateTimeOffset At, int Steps, long PixelSteps, double ComputeSeconds);
