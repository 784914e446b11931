using Limner.TestServers;

namespace Limner.Gateway.Tests.Application;

/// <summary>An empty database of its own for whoever asks.</summary>
internal sealed record TestDatabase(string Provider, string ConnectionString)
{
    // Without pooling, so that the file is closed and can be removed when the test ends.
    public static TestDatabase Sqlite(string folder) => new("sqlite", $"Data Source={Path.Combine(folder, $"{Guid.NewGuid():N}.db")};Pooling=False");

    public static async Task<TestDatabase> PostgresAsync() => new("postgres", await (await TestPostgres.SharedAsync()).CreateDatabaseAsync());
}
