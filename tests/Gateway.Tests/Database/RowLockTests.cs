using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.Gateway.Webhooks.Events;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Tests.Database;

public sealed class RowLockTests
{
    [Fact]
    public async Task What_is_told_to_a_webhook_does_not_wait_for_who_changes_it()
    {
        using Transactions database = Contexts.Open(await TestDatabase.PostgresAsync());
        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var endpoint = new WebhookEndpoint { Id = Guid.CreateVersion7(now), Tenant = "a", Url = "https://example.org/", Events = WebhookEvents.AllEnds, Enabled = true, Secrets = [], Created = now, Updated = now };
        await database.WriteAsync(context => Task.FromResult(context.Add(endpoint)), TestContext.Current.CancellationToken);

        int told = await database.WriteAsync(async context =>
        {
            _ = await context.WebhookEndpoints.Lock().SingleAsync(TestContext.Current.CancellationToken);
            return await database.WriteAsync(async meanwhile =>
            {
                await EventOutbox.WriteEndAsync(meanwhile, MigrationTests.NewJob("a") with { State = Gateway.Jobs.JobState.Completed, Finished = now }, TestContext.Current.CancellationToken);
                return await meanwhile.SaveChangesAsync(TestContext.Current.CancellationToken);
            }, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);

        Assert.Equal(1, told);
    }
}
