using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Webhooks;
using Limner.Gateway.Webhooks.Deliveries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Webhooks;

public sealed class ClaimTests
{
    [Fact]
    public async Task What_was_claimed_before_the_database_went_away_is_sent_all_the_same()
    {
        TestDatabase server = await TestDatabase.PostgresAsync();
        IOptions<WebhookOptions> options = Options.Create(new WebhookOptions { EncryptionKeys = RunningGateway.WebhookKey });
        using Transactions there = Contexts.Open(server);
        await new Migrator(there).MigrateAsync(TestContext.Current.CancellationToken);
        await using (GatewayContext context = there.Read())
        {
            // More than one look takes up, so that another follows at once.
            await context.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO webhook_endpoints (id, tenant, url, events, enabled, revision, secrets, created, updated)
                VALUES (gen_random_uuid(), 't', 'https://example.org/', 7, true, 0, '[]', now(), now());
                INSERT INTO webhook_deliveries (id, tenant, event_id, type, payload, endpoint_id, lane, state, created, since, due, is_sending, attempts, failures, log)
                SELECT gen_random_uuid(), 't', gen_random_uuid(), 'job.completed', '[]', (SELECT id FROM webhook_endpoints), 'lane', 0, now(), now(), now(), false, 0, 0, '[]' FROM generate_series(1, 100);
                """, TestContext.Current.CancellationToken);
        }

        int looks = 0;
        using var goes = new Transactions(
            () => ++looks == 1 ? there.Read() : throw new TimeoutException("gone"), Options.Create(new DatabaseOptions { Provider = server.Provider, ConnectionString = server.ConnectionString }));
        var claims = new DeliveryClaims(goes, new Lanes(options), options, TimeProvider.System);

        Assert.Equal(options.Value.MaxConcurrencyPerEndpoint, (await claims.TakeAsync(TestContext.Current.CancellationToken)).Count);
        Assert.Equal(2, looks);
        await Assert.ThrowsAsync<TimeoutException>(() => claims.TakeAsync(TestContext.Current.CancellationToken));
    }
}
