using Npgsql;

namespace Limner.TestServers;

/// <summary>RabbitMQ, PostgreSQL, Redis and S3, all of them ours to kill.</summary>
public sealed class ServerSet : IAsyncDisposable
{
    public required TestRabbitMq RabbitMq { get; init; }

    public required TestPostgres Postgres { get; init; }

    public required TestRedis Redis { get; init; }

    public required TestS3 S3 { get; init; }

    public string VirtualHost { get; private set; } = "";

    public string Database { get; private set; } = "";

    public string Bucket { get; private set; } = "";

    public static async Task<ServerSet> StartAsync()
    {
        Task<TestRabbitMq> rabbit = TestRabbitMq.StartOwnAsync();
        Task<TestPostgres> postgres = TestPostgres.StartOwnAsync();
        Task<TestRedis> redis = TestRedis.StartOwnAsync();
        Task<TestS3> s3 = TestS3.StartOwnAsync();
        var servers = new ServerSet { RabbitMq = await rabbit, Postgres = await postgres, Redis = await redis, S3 = await s3 };
        await servers.StartAfreshAsync();
        return servers;
    }

    /// <summary>Another virtual host, database and bucket, with nothing in them.</summary>
    public async Task StartAfreshAsync()
    {
        VirtualHost = await RabbitMq.CreateVirtualHostAsync();
        Database = await Postgres.CreateDatabaseAsync();
        Bucket = await S3.CreateBucketAsync();
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
