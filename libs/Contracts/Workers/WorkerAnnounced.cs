using Limner.Contracts.Jobs;

namespace Limner.Contracts.Workers;

/// <summary>A worker is there and can hold this much. Each worker to every Gateway, every few seconds; the dispatcher's window follows from it.</summary>
/// <param name="WorkerId">The process; a new one after every start.</param>
/// <param name="Stage">What it does.</param>
/// <param name="Slots">Candidates it works on at once; 0 when it drains.</param>
/// <param name="Model">Name and version of its model; empty where it has none.</param>
public sealed record WorkerAnnounced(string WorkerId, JobStage Stage, int Slots, string Model)
{
    /// <summary>Names of the LoRA adapters that its model has; null from a worker that does not tell.</summary>
    public IReadOnlyList<string>? Adapters { get; init; }

    /// <summary>Tokens of a prompt that its model reads, without start and end; null from one that reads none or does not tell.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>
    /// How far its stage has come: what was released before waits no more, and where no worker has it, it is lost. Null from a worker that has had room for more for a while, and
    /// from one that does not say: then nothing waits.
    /// </summary>
    public DateTimeOffset? Reached { get; init; }
}
