using DotNet.Testcontainers.Containers;

namespace Limner.TestServers;

/// <summary>A server in a container, on ports of the host that stay the same over a restart.</summary>
internal sealed class ContainerServer(IContainer container) : IServerControl
{
    public Task StartAsync() => container.StartAsync();

    public Task StopAsync() => container.StopAsync();

    public async Task KillAsync()
    {
        // Not through Testcontainers: it knows only the polite way.
        await Engine.RunAsync(["kill", container.Id]);
        await container.StopAsync();
    }

    public ValueTask DisposeAsync() => container.DisposeAsync();
}
