namespace Limner.TestServers;

/// <summary>A server that runs somewhere: given, in a container, or from Debian's packages.</summary>
internal interface IServerControl : IAsyncDisposable
{
    Task StartAsync();

    Task StopAsync();

    Task KillAsync();
}
