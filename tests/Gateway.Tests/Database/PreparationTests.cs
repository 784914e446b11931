using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Tests.Database;

public sealed class PreparationTests
{
    [Fact]
    public async Task Until_somebody_migrates_nothing_is_tried_and_one_line_says_why()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        using var log = new FullLog();
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            database, configure: services => services.AddSingleton<ILoggerProvider>(log), settings: [("Database:MigrateAtStart", "false"), ("Logging:LogLevel:Default", "Warning")]);
        await Eventually.TrueAsync(() => log.Lines.Count(line => line.StartsWith("The database is not ready yet: It is not of this version; ", StringComparison.Ordinal)) == 2);

        await gateway.Services.GetRequiredService<Migrator>().MigrateAsync(TestContext.Current.CancellationToken);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        Assert.Equal(job, (await gateway.Stages.NextOfAsync(client.Tenant)).JobId);

        Assert.DoesNotContain(log.Lines, line => line.Contains("is tried again", StringComparison.Ordinal) || line.Contains("42P01", StringComparison.Ordinal));
    }
}
