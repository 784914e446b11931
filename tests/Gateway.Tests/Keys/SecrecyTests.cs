using System.Net;
using Limner.Gateway.Keys;
using Limner.Gateway.Tests.Application;
using Limner.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Limner.Gateway.Tests.Keys;

/// <summary>A Gateway on PostgreSQL and Redis that logs everything it and its libraries can, also while both servers fail.</summary>
public sealed class SecrecyTests
{
    private const string Bootstrap = "lmn_bootstrap_bootstrap_0123456789", Unknown = "lmn_unknown_unknown_0123456789_0123";
    private const string DatabasePassword = "password-of-the-database-0123456789";

    [Fact]
    public async Task No_key_and_no_password_is_in_the_log()
    {
        await using TestPostgres postgres = await TestPostgres.StartOwnAsync();
        await using TestRedis redis = await TestRedis.StartOwnAsync();
        // The server asks for none and takes any.
        string connection = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Password = DatabasePassword }.ConnectionString;
        using var log = new FullLog();
        string secret;
        await using (RunningGateway gateway = await RunningGateway.StartAsync(
            new TestDatabase("postgres", connection), configure: services => services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace)),
            settings: [("Gateway:BootstrapKey", Bootstrap), ("Redis:Connection", redis.Connection), ("Limits:RequestsPerMinute", "10000"), ("Limits:MonthlyImages", "1000")]))
        {
            using GatewayClient caller = await gateway.NewTenantAsync();
            secret = caller.Key;
            using var admin = new GatewayClient(gateway, "default", Bootstrap);
            using var stranger = new GatewayClient(gateway, "", Unknown);
            await Eventually.TrueAsync(async () => (await admin.Http.GetAsync("/v1/keys", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.OK);
            Guid job = await caller.SubmitAsync();
            await caller.WaitAsync(job, "running");
            await caller.ApproveAsync(job);
            await caller.WaitAsync(job, "completed");
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);

            await redis.KillAsync();
            await caller.SubmitAsync();
            await postgres.KillAsync();
            await Eventually.TrueAsync(async () => (await caller.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.ServiceUnavailable);
        }

        string text = string.Join('\n', log.Lines);
        Assert.Contains("/v1/jobs", text, StringComparison.Ordinal);
        Assert.Contains("SELECT", text, StringComparison.Ordinal);
        Assert.All(new[] { Bootstrap, Unknown, secret }, key => Assert.DoesNotContain(key[12..], text, StringComparison.Ordinal));
        Assert.DoesNotContain(Convert.ToHexString(KeySecret.Hash(secret)), text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(DatabasePassword, text, StringComparison.Ordinal);
    }
}
