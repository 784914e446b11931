using Limner.Gateway.Jobs;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Batches;

/// <summary>A line that was good when the file was validated and could not become a job when its turn came, e.g. because a setting was changed or a quota used up in between.</summary>
internal sealed record BatchRefusal(Guid BatchId, int Line, Failure Failure)
{
    /// <summary>What a request of its own would have been answered with.</summary>
    public int Status { get; init; } = StatusCodes.Status400BadRequest;
}
