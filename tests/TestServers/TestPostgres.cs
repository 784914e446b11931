using Npgsql;
using Testcontainers.PostgreSql;

namespace Limner.TestServers;

/// <summary>PostgreSQL. Tests that share it take a database each.</summary>
public sealed class TestPostgres : TestServer
{
    private const string Variable = "LIMNER_TEST_POSTGRES";
    private const string Image = "postgres:17.2";
    private static readonly Lazy<Task<TestPostgres>> Shared = new(StartSharedAsync);

    private readonly string _connection;

    private TestPostgres(IServerControl control, string connection)
        : base(control) => _connection = connection;

    /// <summary>The one that all tests of this process share.</summary>
    public static Task<TestPostgres> SharedAsync() => Shared.Value;

    /// <summary>One of the caller's own, to stop and kill.</summary>
    public static async Task<TestPostgres> StartOwnAsync()
    {
        int[] ports = FreePorts.Take(1);
        IServerControl control = await RunAsync("postgres", Image, ports, () => new PostgreSqlBuilder(Image)
            .WithPortBinding(ports[0], PostgreSqlBuilder.PostgreSqlPort).WithUsername("postgres").WithEnvironment("POSTGRES_HOST_AUTH_METHOD", "trust").WithCommand("-c", "max_connections=1000").Build());
        return new TestPostgres(control, $"Host=127.0.0.1;Port={ports[0]};Username=postgres;Database=postgres");
    }

    /// <summary>Makes an empty database; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = $"limner_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_connection) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        // Pools of services that have stopped would keep their connections for five minutes, in which others start: hundreds of them.
        return new NpgsqlConnectionStringBuilder(_connection) { Database = name, ConnectionIdleLifetime = 10, ConnectionPruningInterval = 5 }.ConnectionString;
    }

    private static async Task<TestPostgres> StartSharedAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? new TestPostgres(new GivenServer(Variable), given) : await StartOwnAsync();
}
