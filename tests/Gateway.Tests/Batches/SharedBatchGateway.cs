using System.Globalization;
using Limner.Gateway.Tests.Application;

namespace Limner.Gateway.Tests.Batches;

/// <summary>A Gateway with small limits for batches, and a painter that does the stages' part.</summary>
public abstract class SharedBatchGateway : IAsyncLifetime
{
    public const int MaxLines = 200, Window = 20;

    private RunningGateway? _gateway;
    private Painter? _painter;

    internal RunningGateway Gateway => _gateway!;

    internal abstract Task<TestDatabase> NewDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        _gateway = await RunningGateway.StartAsync(await NewDatabaseAsync(), settings:
        [
            ("Batches:MaxLines", MaxLines.ToString(CultureInfo.InvariantCulture)), ("Batches:Window", Window.ToString(CultureInfo.InvariantCulture)),
        ]);
        _painter = new Painter(_gateway);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _painter!.DisposeAsync();
        await _gateway!.DisposeAsync();
    }
}

public sealed class SqliteBatchGateway : SharedBatchGateway
{
    internal override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult(TestDatabase.Sqlite());
}

public sealed class PostgresBatchGateway : SharedBatchGateway
{
    internal override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.PostgresAsync();
}
