using Limner.Gateway.Jobs;
using Limner.ServiceDefaults.Progress;

namespace Limner.Gateway.EventStreams;

/// <summary>Who is told what happens to a job, in whatever form.</summary>
internal interface IEventSink
{
    /// <returns>Whether anything of it was sent.</returns>
    Task<bool> WriteAsync(JobEvent told, CancellationToken cancellation);

    /// <returns>Whether anything of it was sent.</returns>
    Task<bool> WriteAsync(JobProgress progress, CancellationToken cancellation);

    /// <summary>Nothing was sent for long: proxies close what is silent, and a dead connection shows only when something is written.</summary>
    Task BeatAsync(CancellationToken cancellation);
}
