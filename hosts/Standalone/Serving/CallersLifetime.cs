using Microsoft.Extensions.Hosting;

namespace Limner.Standalone.Serving;

/// <summary>Signals are the program's, as for every command: the usual lifetime would take a second Ctrl-C, which is to end the process at once.</summary>
internal sealed class CallersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
