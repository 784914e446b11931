using System.Data.Common;
using System.Globalization;
using Limner.Standalone.Commands;
using Limner.Standalone.Generation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Limner.Standalone.Serving;

/// <summary>What the services are configured with: what the command line says, else the environment, else what needs no server.</summary>
internal static class ServerSettings
{
    public static void Apply(ConfigurationManager configuration, ServeOptions options, DataFolder data)
    {
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults(data) });
        configuration.AddInMemoryCollection(Named(configuration, options));
    }

    public static string DatabaseFile(string folder) => Path.Combine(folder, "limner.db");

    public static Dictionary<string, string?> Database(string folder) => new()
    {
        ["Database:Provider"] = "sqlite",
        ["Database:ConnectionString"] = new DbConnectionStringBuilder { ["Data Source"] = DatabaseFile(folder) }.ConnectionString,
    };

    private static Dictionary<string, string?> Defaults(DataFolder data) => new(Database(data.Path))
    {
        ["Bus:Transport"] = "memory",
        ["Storage:Path"] = Path.Combine(data.Path, "images"),
        ["Webhooks:EncryptionKeys"] = KeyFile.ReadOrCreate(Path.Combine(data.Path, "webhooks.key")),
        ["Images:SigningKeys"] = KeyFile.ReadOrCreate(Path.Combine(data.Path, "signing.key")),
        ["Logging:LogLevel:Default"] = "Warning",
        // What is waited for is said once; each look would say it again.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "None",
        // What stops the start is said in one sentence; the host would say it again with a stack trace.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
    };

    private static Dictionary<string, string?> Named(ConfigurationManager configuration, ServeOptions options)
    {
        var named = new Dictionary<string, string?>();
        if (options.Model is not null || string.IsNullOrEmpty(configuration["Model:Folder"]))
        {
            named["Model:Folder"] = Path.GetFullPath(DefaultModel.Find(options.Model, AppContext.BaseDirectory));
        }

        if (options.Provider is { } provider)
        {
            named["Execution:Provider"] = provider.ToString();
        }

        if (options.Threads is { } threads)
        {
            named["Execution:Threads"] = threads.ToString(CultureInfo.InvariantCulture);
        }

        return named;
    }
}
