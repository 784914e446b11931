using Limner.Gateway.Jobs;

namespace Limner.Gateway.Batches;

/// <summary>A line that was good when the file was validated and could not become a job when its turn came, e.g. because a setting was changed in between.</summary>
internal sealed record BatchRefusal(Guid BatchId, int Line, Failure Failure);
