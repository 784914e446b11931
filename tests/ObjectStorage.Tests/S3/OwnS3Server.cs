using Limner.TestServers;

namespace Limner.ObjectStorage.Tests.S3;

/// <summary>A server for tests that stop it.</summary>
public sealed class OwnS3Server : IAsyncLifetime
{
    private TestS3? _server;

    internal TestS3 Server => _server!;

    public async ValueTask InitializeAsync() => _server = await TestS3.StartOwnAsync();

    public ValueTask DisposeAsync() => _server!.DisposeAsync();
}
