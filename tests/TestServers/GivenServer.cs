namespace Limner.TestServers;

/// <summary>A server that somebody else runs, named by an environment variable: not ours to stop.</summary>
internal sealed class GivenServer(string variable) : IServerControl
{
    public Task StartAsync() => Task.CompletedTask;

    public Task StopAsync() => throw Refusal();

    public Task KillAsync() => throw Refusal();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private InvalidOperationException Refusal() => new($"The server that {variable} names is not ours to stop; a test that stops servers starts its own with StartOwnAsync.");
}
