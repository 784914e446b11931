using System.Net;
using Limner.Contracts.Images;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Retention;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.ObjectStorage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Retention;

public sealed class SweepTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Old_jobs_go_with_their_images_and_what_was_used_stays(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), time);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid old = await client.SubmitAsync();
        await client.ApproveAsync(old);
        await client.WaitAsync(old, "completed");
        time.Advance(TimeSpan.FromDays(31));
        Guid young = await client.SubmitAsync();
        await client.ApproveAsync(young);
        await client.WaitAsync(young, "completed");

        // The routine may be at it too, where the database was late.
        Assert.InRange(await gateway.Services.GetRequiredService<RetentionSweep>().SweepAsync(TestContext.Current.CancellationToken), 0, 1);

        Assert.Null(await gateway.Store.OpenAsync(StoredImage.KeyOf(client.Tenant, old, 0), TestContext.Current.CancellationToken));
        await (await gateway.Store.OpenAsync(StoredImage.KeyOf(client.Tenant, young, 0), TestContext.Current.CancellationToken))!.DisposeAsync();
        using HttpResponseMessage gone = await client.Http.GetAsync($"/v1/jobs/{JobId.Format(old)}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        await using GatewayContext context = gateway.Database.Read();
        Assert.Equal(2, await context.Usage.CountAsync(entry => entry.Tenant == client.Tenant, TestContext.Current.CancellationToken));
        Assert.Equal(0, await context.Events.CountAsync(told => told.JobId == old, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Only_old_objects_that_nobody_can_ask_for_are_orphans()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            TestDatabase.Sqlite(), time, settings: [("Gateway:InteractiveDeadline", "7.00:00:00")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid done = await client.SubmitAsync(), cancelled = await client.SubmitAsync(), running = await client.SubmitAsync();
        await client.ApproveAsync(done);
        await client.WaitAsync(done, "completed");
        await gateway.DrawAsync(client.Tenant, cancelled, 0);
        await gateway.DrawAsync(client.Tenant, running, 0);
        await gateway.DrawAsync(client.Tenant, Guid.CreateVersion7(), 0);
        await gateway.Store.PutIfAbsentAsync("elsewhere/readme.txt", new byte[1], "text/plain", TestContext.Current.CancellationToken);
        (await client.Http.DeleteAsync($"/v1/jobs/{JobId.Format(cancelled)}", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        OrphanSweep sweep = gateway.Services.GetRequiredService<OrphanSweep>();
        Assert.Equal(0, await sweep.SweepAsync(TestContext.Current.CancellationToken));

        time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, await sweep.SweepAsync(TestContext.Current.CancellationToken));

        var left = new List<string>();
        await foreach (StoredObject item in gateway.Store.ListAsync("", TestContext.Current.CancellationToken))
        {
            left.Add(item.Key);
        }

        Assert.Equal(new[] { StoredImage.KeyOf(client.Tenant, done, 0), StoredImage.KeyOf(client.Tenant, running, 0), "elsewhere/readme.txt" }.Order(StringComparer.Ordinal), left.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_is_older_than_the_database_is_of_another_one(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), time);
        Guid elsewhere = Guid.CreateVersion7();
        await gateway.DrawAsync("default", elsewhere, 0);
        time.Advance(TimeSpan.FromDays(2));
        OrphanSweep sweep = gateway.Services.GetRequiredService<OrphanSweep>();
        Assert.Equal(0, await sweep.SweepAsync(TestContext.Current.CancellationToken)); // no key yet

        using GatewayClient client = await gateway.NewTenantAsync();
        time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(0, await sweep.SweepAsync(TestContext.Current.CancellationToken));
        await (await gateway.Store.OpenAsync(StoredImage.KeyOf("default", elsewhere, 0), TestContext.Current.CancellationToken))!.DisposeAsync();
    }
}
