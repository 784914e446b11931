using Limner.Gateway.Jobs;
using Limner.ServiceDefaults.Progress;

namespace Limner.Gateway.EventStreams;

/// <summary>Who is told what happens to a job, in whatever form.</summary>
internal interface IEventSink
{
    Task WriteAsync(JobEvent told, CancellationToken cancellation);

    Task WriteAsync(JobProgress progress, CancellationToken cancellation);

    /// <summary>Nothing happened for long: proxies close what is silent, and a dead connection shows only when something is written.</summary>
    Task BeatAsync(CancellationToken cancellation);
}
