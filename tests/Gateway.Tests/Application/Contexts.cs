using Limner.Gateway.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Application;

/// <summary>The database without a Gateway around it.</summary>
internal static class Contexts
{
    public static Transactions Open(TestDatabase database, params IInterceptor[] interceptors) => new(
        () => Create(database, interceptors),
        Options.Create(new DatabaseOptions { Provider = database.Provider, ConnectionString = database.ConnectionString }));

    private static GatewayContext Create(TestDatabase database, IInterceptor[] interceptors)
    {
        if (database.Provider == "postgres")
        {
            var postgres = new DbContextOptionsBuilder<PostgresContext>();
            PostgresContext.Configure(postgres, database.ConnectionString);
            return new PostgresContext(postgres.AddInterceptors(interceptors).Options);
        }

        var sqlite = new DbContextOptionsBuilder<SqliteContext>();
        SqliteContext.Configure(sqlite, database.ConnectionString);
        return new SqliteContext(sqlite.AddInterceptors(interceptors).Options);
    }
}
