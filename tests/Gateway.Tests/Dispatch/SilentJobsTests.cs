using Limner.Contracts.Workers;
using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Dispatch;

/// <summary>What is lost is published again, what only takes long is not. Jobs are published again after ten minutes here.</summary>
public sealed class SilentJobsTests
{
    private static readonly TimeSpan Minutes11 = TimeSpan.FromMinutes(11);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_running_job_that_is_silent_for_long_is_published_again_with_growing_patience(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await StartAsync(provider, time);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid job = await SubmitAsync(client);
        gateway.Reach();
        Assert.Equal(0, await PublishAgainAsync(gateway));

        time.Advance(Minutes11);
        gateway.Reach();
        await Eventually.TrueAsync(() => gateway.Stages.CountOf(job) == 2);
        time.Advance(Minutes11);
        gateway.Reach();
        Assert.Equal(0, await PublishAgainAsync(gateway));
        time.Advance(Minutes11);
        gateway.Reach();
        await Eventually.TrueAsync(() => gateway.Stages.CountOf(job) == 3);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_job_that_a_worker_still_has_is_not_published_again(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await StartAsync(provider, time);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid job = await SubmitAsync(client), lost = await SubmitAsync(client);
        for (int i = 0; i < 3; i++)
        {
            time.Advance(Minutes11);
            DateTimeOffset now = time.GetUtcNow();
            await gateway.Bus.Publish(new WorkContinued([job, Guid.NewGuid()]), TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(async () => await HeardAsync(gateway, job) >= now);
            gateway.Reach();
            // The one beside it is lost, and the first time it is published again at once.
            await Eventually.TrueAsync(() => gateway.Stages.CountOf(lost) > 1);
            await PublishAgainAsync(gateway);
            Assert.Equal(1, gateway.Stages.CountOf(job));
        }

        // The worker died with it.
        time.Advance(Minutes11);
        gateway.Reach();
        await Eventually.TrueAsync(() => gateway.Stages.CountOf(job) == 2);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_job_that_waits_before_a_slow_pool_is_lost_when_those_that_came_after_it_were_taken(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await StartAsync(provider, time);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid first = await SubmitAsync(client);
        time.Advance(Minutes11);
        Guid second = await SubmitAsync(client);
        DateTimeOffset[] released = [.. gateway.Stages.Submitted.Select(job => job.Released!.Value)];
        Assert.True(released[1] - released[0] >= Minutes11);

        gateway.Reach(released[0]);
        time.Advance(TimeSpan.FromHours(5));
        gateway.Reach(released[0]);
        Assert.Equal(0, await PublishAgainAsync(gateway));

        gateway.Reach(released[1]);
        await Eventually.TrueAsync(() => gateway.Stages.CountOf(first) == 2);
        Assert.Equal(0, await PublishAgainAsync(gateway));
        Assert.Equal(1, gateway.Stages.CountOf(second));
        Assert.True(gateway.Stages.Submitted.Last().Released > released[1] + TimeSpan.FromHours(4));
    }

    [Fact]
    public async Task While_nobody_works_nothing_is_lost()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await StartAsync("sqlite", time);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid job = await SubmitAsync(client);
        time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(0, await PublishAgainAsync(gateway));
        gateway.Services.GetRequiredService<WorkerPool>().Note(new WorkerAnnounced("w", Contracts.Jobs.JobStage.Decoding, 0, ""));
        // The Encoders may have it.
        Assert.Equal(0, await PublishAgainAsync(gateway));
        // Nor from workers that have just started, which have reached nothing.
        gateway.Reach(DateTimeOffset.MinValue);
        Assert.Equal(0, await PublishAgainAsync(gateway));
        gateway.Reach();
        await Eventually.TrueAsync(() => gateway.Stages.CountOf(job) == 2);
    }

    [Fact]
    public async Task A_process_that_starts_again_on_its_file_publishes_what_ran()
    {
        TestDatabase database = TestDatabase.Sqlite();
        Guid job;
        await using (RunningGateway before = await RunningGateway.StartAsync(database))
        {
            using GatewayClient client = await before.NewTenantAsync();
            job = await SubmitAsync(client);
        }

        await using RunningGateway after = await RunningGateway.StartAsync(database);
        await Eventually.TrueAsync(() => after.Stages.CountOf(job) == 1);
    }

    private static async Task<RunningGateway> StartAsync(string provider, TimeProvider time) => await RunningGateway.StartAsync(
        await MigrationTests.NewAsync(provider), time, settings: [("Gateway:InteractiveDeadline", "1.00:00:00"), ("Dispatch:SilentAfter", "00:10:00")]);

    private static async Task<Guid> SubmitAsync(GatewayClient client)
    {
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        return job;
    }

    private static Task<int> PublishAgainAsync(RunningGateway gateway) => gateway.Services.GetRequiredService<SilentJobs>().PublishAgainAsync(TestContext.Current.CancellationToken);

    private static async Task<DateTimeOffset?> HeardAsync(RunningGateway gateway, Guid id)
    {
        await using GatewayContext context = gateway.Database.Read();
        return (await context.Jobs.AsNoTracking().SingleAsync(job => job.Id == id, TestContext.Current.CancellationToken)).Heard;
    }
}
