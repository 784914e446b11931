using Limner.ServiceDefaults.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Limner.Gateway.Database;

internal static class DatabaseSetup
{
    /// <summary>Statements that a connection keeps prepared: planning takes longer than running most of ours.</summary>
    private const int PreparedStatements = 50;

    public static void AddGatewayDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<DatabaseOptions>("Database");
        // Of the settings only which context there is; the others are read when they are known to be right.
        if (configuration["Database:Provider"] == DatabaseOptions.Postgres)
        {
            services.AddPooledDbContextFactory<PostgresContext>((provider, builder) => PostgresContext.Configure(builder, Pooled(Options(provider))));
            services.AddSingleton<Func<GatewayContext>>(provider => provider.GetRequiredService<IDbContextFactory<PostgresContext>>().CreateDbContext);
        }
        else
        {
            services.AddPooledDbContextFactory<SqliteContext>((provider, builder) => SqliteContext.Configure(builder, Options(provider).ConnectionString));
            services.AddSingleton<Func<GatewayContext>>(provider => provider.GetRequiredService<IDbContextFactory<SqliteContext>>().CreateDbContext);
        }

        services.AddSingleton<Transactions>().AddSingleton<Migrator>();
    }

    private static DatabaseOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<DatabaseOptions>>().Value;

    private static string Pooled(DatabaseOptions options) => new NpgsqlConnectionStringBuilder(options.ConnectionString)
    {
        MaxPoolSize = options.Connections,
        MaxAutoPrepare = PreparedStatements,
        NoResetOnClose = true, // nothing here changes a session
    }.ConnectionString;
}
