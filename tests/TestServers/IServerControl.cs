namespace Limner.TestServers;

/// <summary>A server that runs somewhere: given, in a container, or from Debian's packages.</summary>
internal interface IServerControl : IAsyncDisposable
{
    Task StartAsync();

    Task StopAsync();

    Task KillAsync();

    /// <summary>Has an object store take no more, or take again. Only the script's can.</summary>
    Task FillAsync(bool isFull) => throw new NotSupportedException("Only an object store that eng/servers runs can be filled.");
}
