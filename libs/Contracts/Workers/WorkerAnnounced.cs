using Limner.Contracts.Jobs;

namespace Limner.Contracts.Workers;

/// <summary>A worker is there and can hold this much. Each worker to every Gateway, every few seconds; the dispatcher's window follows from it.</summary>
/// <param name="WorkerId">The process; a new one after every start.</param>
/// <param name="Stage">What it does.</param>
/// <param name="Slots">Candidates it works on at once; 0 when it drains.</param>
/// <param name="Model">Name and version of its model; empty where it has none.</param>
public sealed record WorkerAnnounced(string WorkerId, JobStage Stage, int Slots, string Model);
