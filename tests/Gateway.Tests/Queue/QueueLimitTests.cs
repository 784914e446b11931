using System.Globalization;
using System.Net;
using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;
using Limner.Gateway.Queue;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Submissions;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Queue;

public sealed class QueueLimitTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_full_queue_is_429_with_a_time_and_takes_jobs_again_when_there_is_room(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            await MigrationTests.NewAsync(provider), settings: [("Gateway:MaxQueuedPerTenant", "2"), ("Gateway:MaxQueued", "3"), ("Dispatch:UnannouncedWindow", "1")]);
        using GatewayClient first = await gateway.NewTenantAsync(), second = await gateway.NewTenantAsync();
        Guid running = await first.SubmitAsync();
        await first.WaitAsync(running, "running");
        QueueGauge gauge = gateway.Services.GetRequiredService<QueueGauge>();
        await gauge.MeasureAsync(TestContext.Current.CancellationToken);
        await first.SubmitAsync();
        await first.SubmitAsync();

        using HttpResponseMessage own = await first.PostAsync("""{"prompt":"a"}""");
        Assert.Equal("queue_full", (string?)(await SubmissionTests.ReadErrorAsync(own, HttpStatusCode.TooManyRequests))["code"]);
        Assert.InRange(int.Parse(own.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 3600);
        await second.SubmitAsync();
        using HttpResponseMessage all = await second.PostAsync("""{"prompt":"a"}""");
        await SubmissionTests.ReadErrorAsync(all, HttpStatusCode.TooManyRequests);

        await first.ApproveAsync(running);
        await first.WaitAsync(running, "completed");
        // The next one of the queue is released, and the count finds out.
        await Eventually.TrueAsync(async () =>
        {
            await gauge.MeasureAsync(TestContext.Current.CancellationToken);
            using HttpResponseMessage again = await second.PostAsync("""{"prompt":"a"}""");
            return again.StatusCode == HttpStatusCode.Accepted;
        });
        Assert.NotNull(gauge.Snapshot.WorkPerSecond);
    }

    [Theory]
    [InlineData(JobPriority.Interactive, 0, 2, 3)] // One of the other tenant's.
    [InlineData(JobPriority.Interactive, 4, 10, 11)] // Four of its own, five of the other tenant's.
    [InlineData(JobPriority.Interactive, 20, 37, 38)] // The other has no more than sixteen.
    [InlineData(JobPriority.Batch, 0, 28, 29)] // All interactive ones, and one of the other tenant's.
    internal void A_position_counts_who_goes_first_and_the_time_their_work(JobPriority priority, int ahead, int position, int seconds)
    {
        var queue = new QueueSnapshot(
            [new(JobPriority.Interactive, "own", 10, 10), new(JobPriority.Interactive, "other", 16, 16), new(JobPriority.Batch, "other", 30, 30)], RunningWork: 1, WorkPerSecond: 1);
        QueueEstimate estimate = QueueEstimate.Of(MigrationTests.NewJob("own") with { Priority = priority }, ahead, queue);

        Assert.Equal((position, seconds), (estimate.Position, estimate.Seconds!.Value));
    }

    [Fact]
    public void Waiting_for_room_takes_as_long_as_the_work_before_it()
    {
        QueueShare[] own = [new(JobPriority.Batch, "own", 100, 1000)];
        var alone = new QueueSnapshot(own, 0, WorkPerSecond: 2);
        var shared = new QueueSnapshot([.. own, new(JobPriority.Batch, "other", 1, 10)], 0, WorkPerSecond: 2);

        Assert.Equal(TimeSpan.FromSeconds(5), QueueEstimate.Drain(1, alone, own));
        Assert.Equal(TimeSpan.FromSeconds(10), QueueEstimate.Drain(1, shared, own));
        Assert.Equal(TimeSpan.FromMinutes(1), QueueEstimate.Drain(100, alone with { WorkPerSecond = 0.001 }, own));
        Assert.Equal(TimeSpan.FromMinutes(1), QueueEstimate.Drain(1, alone with { WorkPerSecond = null }, own));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_speed_is_that_of_the_work_and_not_of_the_time_since_something_ended(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider));
        using GatewayClient client = await gateway.NewTenantAsync();
        DateTimeOffset now = Job.Storable(TimeProvider.System.GetUtcNow());
        // Each took 20 seconds, one after the other, and the second has just ended.
        Job[] done = [.. new[] { 40, 20 }.Select(began => MigrationTests.NewJob(client.Tenant) with
        {
            Id = Guid.NewGuid(), State = JobState.Completed, Work = 1000, Started = now.AddSeconds(-began), Finished = now.AddSeconds(20 - began),
        })];
        await gateway.Database.WriteAsync(context =>
        {
            context.AddRange(done);
            return Task.FromResult(true);
        }, TestContext.Current.CancellationToken);

        QueueGauge gauge = gateway.Services.GetRequiredService<QueueGauge>();
        await gauge.MeasureAsync(TestContext.Current.CancellationToken);

        // 2000 in 40 seconds, and what this test took.
        Assert.InRange(gauge.Snapshot.WorkPerSecond!.Value, 33, 50);
    }

    [Fact]
    public void Nothing_done_lately_means_no_estimate() =>
        Assert.Null(QueueEstimate.Of(MigrationTests.NewJob(), 5, QueueSnapshot.Empty).Seconds);
}
