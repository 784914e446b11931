using Limner.Gateway.Tests.Application;

[assembly: AssemblyFixture(typeof(SqliteGateway))]
[assembly: AssemblyFixture(typeof(PostgresGateway))]

namespace Limner.Gateway.Tests.Application;

/// <summary>One Gateway for all tests that need no other configuration; each takes a tenant of its own.</summary>
public abstract class SharedGateway : IAsyncLifetime
{
    private RunningGateway? _gateway;

    internal RunningGateway Gateway => _gateway!;

    internal TestDatabase Database { get; private set; } = null!;

    internal abstract Task<TestDatabase> NewDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        Database = await NewDatabaseAsync();
        _gateway = await RunningGateway.StartAsync(Database);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _gateway!.DisposeAsync();
    }
}

public sealed class SqliteGateway : SharedGateway
{
    internal override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult(TestDatabase.Sqlite());
}

public sealed class PostgresGateway : SharedGateway
{
    internal override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.PostgresAsync();
}
