using Limner.Contracts.Jobs;

namespace Limner.ServiceDefaults.Workers;

/// <summary>What a worker of this process can hold.</summary>
/// <param name="Stage">What it does.</param>
/// <param name="Slots">Candidates it works on at once.</param>
/// <param name="Ahead">Messages that it takes beyond them, to have the next ones there.</param>
/// <param name="Model">Name and version of its model; empty where it has none.</param>
/// <param name="Adapters">Names of the LoRA adapters that its model has.</param>
/// <param name="PromptTokens">Tokens of a prompt that its model reads, without start and end; null where it reads none.</param>
public sealed record WorkerCapacity(JobStage Stage, int Slots, int Ahead, string Model, IReadOnlyList<string> Adapters, int? PromptTokens = null);
