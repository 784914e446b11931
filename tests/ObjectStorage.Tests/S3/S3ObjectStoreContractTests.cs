using Limner.ObjectStorage.S3;

namespace Limner.ObjectStorage.Tests.S3;

public sealed class S3ObjectStoreContractTests(S3Server server) : ObjectStoreContract, IClassFixture<S3Server>, IDisposable
{
    private readonly S3ObjectStore _store = new(server.Options(S3Server.OneForAll), TimeProvider.System);

    private protected override IObjectStore Store => _store;

    public void Dispose() => _store.Dispose();
}
