namespace Limner.Contracts.Workers;

/// <summary>
/// A worker still has these jobs in hand, or waiting for one of its slots. Each worker to one Gateway, first when a job is a minute old, then every minute: a job that takes
/// long is not lost.
/// </summary>
/// <param name="JobIds">The jobs.</param>
public sealed record WorkContinued(IReadOnlyList<Guid> JobIds);
