using Limner.TestServers;
using Npgsql;

namespace Limner.Faults.Tests.Cluster;

/// <summary>RabbitMQ, PostgreSQL, Redis and S3, all of them ours to kill.</summary>
internal sealed class Servers : IAsyncDisposable
{
    public required TestRabbitMq RabbitMq { get; init; }

    public required TestPostgres Postgres { get; init; }

    public required TestRedis Redis { get; init; }

    public required TestS3 S3 { get; init; }

    public required string VirtualHost { get; init; }

    public required string Database { get; init; }

    public required string Bucket { get; init; }

    public static async Task<Servers> StartAsync()
    {
        Task<TestRabbitMq> rabbit = TestRabbitMq.StartOwnAsync();
        Task<TestPostgres> postgres = TestPostgres.StartOwnAsync();
        Task<TestRedis> redis = TestRedis.StartOwnAsync();
        Task<TestS3> s3 = TestS3.StartOwnAsync();
        return new Servers
        {
            RabbitMq = await rabbit,
            Postgres = await postgres,
            Redis = await redis,
            S3 = await s3,
            VirtualHost = await (await rabbit).CreateVirtualHostAsync(),
            Database = await (await postgres).CreateDatabaseAsync(),
            Bucket = await (await s3).CreateBucketAsync(),
        };
    }

    /// <summary>The environment variables of a service that uses these servers.</summary>
    public Dictionary<string, string> Environment()
    {
        var environment = RabbitMq.Settings(VirtualHost).ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value!);
        environment["Redis__Connection"] = Redis.Connection;
        environment["Database__Provider"] = "postgres";
        environment["Database__ConnectionString"] = Database;
        environment["Database__MigrateAtStart"] = "true";
        environment["Storage__Kind"] = "s3";
        environment["Storage__Endpoint"] = S3.Endpoint.ToString();
        environment["Storage__Bucket"] = Bucket;
        environment["Storage__AccessKey"] = S3.AccessKey;
        environment["Storage__SecretKey"] = S3.SecretKey;
        return environment;
    }

    /// <summary>Ends every session of the services' database, as a failover does.</summary>
    public async Task DropSessionsAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await RabbitMq.DisposeAsync();
        await Postgres.DisposeAsync();
        await Redis.DisposeAsync();
        await S3.DisposeAsync();
    }
}
