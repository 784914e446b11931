using Limner.Gateway.Jobs;

namespace Limner.Gateway.Waiting;

/// <summary>The job of a request that waits.</summary>
/// <param name="Job">The job.</param>
/// <param name="IsKnown">Whether it was found, and not made now. Without a key only what was let go before is found, so nothing is kept of a job that was just made.</param>
internal sealed record BegunJob(Job Job, bool IsKnown);
