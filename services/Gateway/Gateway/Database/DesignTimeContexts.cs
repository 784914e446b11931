using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Limner.Gateway.Database;

/// <summary>How <c>dotnet ef migrations add NAME --context PostgresContext</c> (and <c>SqliteContext</c>) gets its model; no server is asked.</summary>
internal sealed class DesignTimeContexts : IDesignTimeDbContextFactory<PostgresContext>, IDesignTimeDbContextFactory<SqliteContext>
{
    PostgresContext IDesignTimeDbContextFactory<PostgresContext>.CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<PostgresContext>();
        PostgresContext.Configure(builder, "Host=localhost");
        return new PostgresContext(builder.Options);
    }

    SqliteContext IDesignTimeDbContextFactory<SqliteContext>.CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<SqliteContext>();
        SqliteContext.Configure(builder, "Data Source=:memory:");
        return new SqliteContext(builder.Options);
    }
}
