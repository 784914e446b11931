using DotNet.Testcontainers.Containers;

namespace Limner.TestServers;

/// <summary>
/// One real server. Where it runs does not show: named by an environment variable, in a container, or from Debian's packages, in this order.
/// What cannot be had fails the test; nothing is skipped.
/// </summary>
public abstract class TestServer : IAsyncDisposable
{
    private protected TestServer(IServerControl control) => Control = control;

    private protected IServerControl Control { get; }

    /// <summary>Starts it again on the same ports with the same data.</summary>
    public Task StartAsync() => Control.StartAsync();

    /// <summary>Ends it politely.</summary>
    public Task StopAsync() => Control.StopAsync();

    /// <summary>Ends it with SIGKILL.</summary>
    public Task KillAsync() => Control.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await Control.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A container where the engine has the image, else the script; started.</summary>
    private protected static async Task<IServerControl> RunAsync(string name, string image, int[] ports, Func<IContainer> container)
    {
        IServerControl control = await Engine.HasAsync(image) ? new ContainerServer(container()) : new ScriptServer(name, ports);
        try
        {
            await control.StartAsync();
            return control;
        }
        catch
        {
            await control.DisposeAsync();
            throw;
        }
    }
}
