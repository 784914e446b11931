using Limner.Contracts.Jobs;

namespace Limner.Gateway.Dispatch;

/// <summary>The queue at a glance, of all Gateways.</summary>
/// <param name="Running">Candidates on their way through the stages.</param>
/// <param name="Interactive">Whether an interactive job waits.</param>
/// <param name="Batch">Whether one of a batch does.</param>
internal sealed record QueueState(int Running, bool Interactive, bool Batch)
{
    public bool Waits(JobPriority priority) => priority == JobPriority.Interactive ? Interactive : Batch;
}
