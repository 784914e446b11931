using Limner.ServiceDefaults.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Limner.Gateway.Database;

internal static class DatabaseSetup
{
    /// <summary>Statements that a connection keeps prepared: planning takes longer than running most of ours.</summary>
    private const int PreparedStatements = 50;

    public static void AddGatewayDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<DatabaseOptions>("Database");
        DatabaseOptions options = configuration.GetSection("Database").Get<DatabaseOptions>() ?? new DatabaseOptions();
        if (options.IsPostgres)
        {
            services.AddPooledDbContextFactory<PostgresContext>(builder => PostgresContext.Configure(builder, Pooled(options)));
            services.AddSingleton<Func<GatewayContext>>(provider => provider.GetRequiredService<IDbContextFactory<PostgresContext>>().CreateDbContext);
        }
        else
        {
            services.AddPooledDbContextFactory<SqliteContext>(builder => SqliteContext.Configure(builder, options.ConnectionString));
            services.AddSingleton<Func<GatewayContext>>(provider => provider.GetRequiredService<IDbContextFactory<SqliteContext>>().CreateDbContext);
        }

        services.AddSingleton<Transactions>().AddSingleton<Migrator>();
    }

    private static string Pooled(DatabaseOptions options) => new NpgsqlConnectionStringBuilder(options.ConnectionString)
    {
        MaxPoolSize = options.Connections,
        MaxAutoPrepare = PreparedStatements,
        NoResetOnClose = true, // nothing here changes a session
    }.ConnectionString;
}
