using Limner.TestServers;

namespace Limner.ObjectStorage.Tests.S3;

/// <summary>The server that all S3 tests but those which stop it share.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private TestS3? _server;

    /// <summary>One bucket for all tests that need none of their own: making one takes a gateway longer than an object.</summary>
    public static string OneForAll { get; } = NewName();

    public static string NewName() => $"limner-{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync() => _server = await TestS3.SharedAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public StorageOptions Options(string bucket) => Options(_server!, bucket);

    internal static StorageOptions Options(TestS3 server, string bucket) => new()
    {
        Kind = StorageKind.S3,
        Endpoint = server.Endpoint.GetLeftPart(UriPartial.Authority),
        AccessKey = server.AccessKey,
        SecretKey = server.SecretKey,
        Bucket = bucket
    };
}
