using Limner.TestServers;

namespace Limner.Gateway.Tests.Application;

/// <summary>An empty database of its own for whoever asks.</summary>
internal sealed record TestDatabase(string Provider, string ConnectionString)
{
    private static readonly DirectoryInfo Folder = NewFolder();

    // Without pooling, so that the file is closed and can be removed when the test ends.
    public static TestDatabase Sqlite() => new("sqlite", $"Data Source={Path.Combine(Folder.FullName, $"{Guid.NewGuid():N}.db")};Pooling=False");

    public static async Task<TestDatabase> PostgresAsync() => new("postgres", await (await TestPostgres.SharedAsync()).CreateDatabaseAsync());

    private static DirectoryInfo NewFolder()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("limner-databases-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        return folder;
    }
}
