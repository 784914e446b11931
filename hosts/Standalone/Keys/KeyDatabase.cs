using System.Data.Common;
using System.Text.Json.Nodes;
using Limner.Gateway;
using Limner.Gateway.Keys;
using Limner.Standalone.Commands;
using Limner.Standalone.Serving;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Limner.Standalone.Keys;

/// <summary>
/// The database with the keys, opened beside a server or without one. A data folder that no server has is brought to this version; one that a server has, and
/// a database server's, are taken as they are.
/// </summary>
internal sealed class KeyDatabase : IKeys
{
    private readonly ServiceProvider _services;
    private readonly DataFolder? _folder;

    private KeyDatabase(ServiceProvider services, DataFolder? folder) => (_services, _folder) = (services, folder);

    /// <summary>Whether the Database__ variables name one.</summary>
    public static bool IsNamed() => IsNamed(Variables());

    /// <param name="data">The data folder; null for the usual one.</param>
    /// <param name="isNew">Whether there may be nothing yet.</param>
    /// <param name="stop">Stops waiting.</param>
    public static async Task<KeyDatabase> OpenAsync(string? data, bool isNew, CancellationToken stop)
    {
        ConfigurationManager configuration = Variables();
        bool isFolder = !IsNamed(configuration);
        string path = isFolder ? DataFolder.PathOf(data) : "";
        if (isFolder)
        {
            if (!isNew && !File.Exists(ServerSettings.DatabaseFile(path)))
            {
                throw new CommandException(ExitCode.Output, $"There are no keys in '{path}': no 'limner serve' has run there; name its folder with --data, or a running service with --server.");
            }

            configuration.AddInMemoryCollection(ServerSettings.Database(path));
        }

        DataFolder? folder = isFolder ? DataFolder.TryOpen(data) : null;
        var database = new KeyDatabase(new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddGatewayKeys(configuration).BuildServiceProvider(), folder);
        try
        {
            await database.PrepareAsync(isFolder, path, stop);
            return database;
        }
        catch (Exception problem)
        {
            await database.DisposeAsync();
            throw problem switch
            {
                OptionsValidationException wrong => new CommandException(ExitCode.Request, $"The configuration is wrong: {string.Join(" ", wrong.Failures)}", problem),
                _ => Explain(problem) ?? problem,
            };
        }
    }

    /// <summary>What whoever runs the command has to mend; null for what is no fault of the database's.</summary>
    public static CommandException? Explain(Exception problem) => problem is DbException or IOException || problem.InnerException is DbException
        ? new CommandException(ExitCode.Output, $"The database cannot be used: {problem.GetBaseException().Message}", problem)
        : null;

    public Task<JsonObject> CreateAsync(JsonObject request, CancellationToken stop) => _services.CreateKeyAsync(request, stop);

    public Task<IReadOnlyList<JsonObject>> ListAsync(string? tenant, CancellationToken stop) => _services.ListKeysAsync(tenant, stop);

    public Task<JsonObject> ChangeAsync(string id, JsonObject request, CancellationToken stop) => _services.ChangeKeyAsync(id, request, stop);

    public Task<JsonObject> RevokeAsync(string id, CancellationToken stop) => _services.RevokeKeyAsync(id, stop);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder?.Dispose();
    }

    private static ConfigurationManager Variables()
    {
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables();
        return configuration;
    }

    private static bool IsNamed(ConfigurationManager configuration) => !string.IsNullOrEmpty(configuration["Database:ConnectionString"]);

    private async Task PrepareAsync(bool isFolder, string path, CancellationToken stop)
    {
        if (_folder is not null)
        {
            await _services.MigrateGatewayAsync(stop);
        }
        else if (!await _services.IsDatabaseCurrentAsync(stop))
        {
            throw new CommandException(ExitCode.Output, isFolder
                ? $"The server on '{path}' is still starting, or of another version than this program; try again, with the program that it runs."
                : "The database is not of this version; the Gateway's command 'migrate' brings it there.");
        }
    }
}
