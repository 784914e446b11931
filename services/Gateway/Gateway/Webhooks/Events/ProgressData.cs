using Limner.Contracts.Jobs;

namespace Limner.Gateway.Webhooks.Events;

/// <summary>What <c>job.progress</c> tells.</summary>
internal sealed record ProgressData(string JobId, int Candidate, JobStage Stage, int Step, int Steps);
