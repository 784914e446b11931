using Limner.ObjectStorage.Local;

namespace Limner.ObjectStorage.Tests.Local;

public sealed class LocalObjectStoreContractTests : ObjectStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalObjectStore _store;

    public LocalObjectStoreContractTests() => _store = new LocalObjectStore(_folder.At("objects"), TimeProvider.System);

    private protected override IObjectStore Store => _store;

    public void Dispose() => _folder.Dispose();
}
