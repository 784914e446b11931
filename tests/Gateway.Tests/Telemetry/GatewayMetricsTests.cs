using System.Net;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Fixtures.Telemetry;
using Limner.Gateway.Database;
using Limner.Gateway.Deadlines;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Queue;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Webhooks;
using Limner.Gateway.Webhooks.Deliveries;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Telemetry;

public sealed class GatewayMetricsTests
{
    private const string Interactive = "limner.job.priority=interactive", Batch = "limner.job.priority=batch";

    private static readonly object BatchJob = new { prompt = "a red star", size = "64x64", priority = "batch" };

    public static TheoryData<string> Providers => ["sqlite", "postgres"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Jobs_are_told_once_when_they_are_accepted_begun_and_over(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), time);
        using Measured<long> accepted = Of<long>(gateway, "limner.job.accepted");
        using Measured<double> waits = Of<double>(gateway, "limner.queue.wait_time"), ends = Of<double>(gateway, "limner.job.duration");
        using GatewayClient client = await gateway.NewTenantAsync();

        // 1. One that is drawn; reports of it that come twice change nothing, and the same request is the same job
        Guid drawn = await client.SubmitAsync();
        await client.WaitAsync(drawn, "running");
        time.Advance(TimeSpan.FromSeconds(40));
        await client.ApproveAsync(drawn);
        await client.ApproveAsync(drawn);
        await client.WaitAsync(drawn, "completed");
        Assert.Equal([$"{Interactive} limner.job.state=completed"], ends.Tags);
        Assert.InRange(ends.Values[0], 40, 39 + 60);

        foreach (int _ in Enumerable.Range(0, 2))
        {
            (await client.PostAsync("""{"prompt":"a red star","size":"64x64","priority":"batch"}""", "the-same")).Dispose();
        }

        await Eventually.TrueAsync(() => waits.Values.Count == 2);

        // 2. One that is refused, one that is cancelled, one that is late
        Guid refused = await client.SubmitAsync(BatchJob);
        await gateway.Bus.Publish(new PromptRejected(refused, new Verdict("violence", "2026-11")), Cancellation);
        await client.WaitAsync(refused, "failed");
        Guid cancelled = await client.SubmitAsync();
        (await client.Http.DeleteAsync($"/v1/jobs/{JobId.Format(cancelled)}", Cancellation)).Dispose();
        Guid late = await client.SubmitAsync();
        await client.WaitAsync(late, "running");
        time.Advance(TimeSpan.FromHours(1));
        await gateway.Services.GetRequiredService<DeadlineSweep>().SweepAsync(Cancellation);
        await client.WaitAsync(late, "failed");

        await Eventually.TrueAsync(() => ends.Values.Count == 4);
        Assert.Equal(
            [
                $"{Interactive} limner.job.state=completed", $"error.type=content_policy_violation {Batch} limner.job.state=failed",
                $"{Interactive} limner.job.state=cancelled", $"error.type=deadline_exceeded {Interactive} limner.job.state=failed",
            ], ends.Tags);
        Assert.Equal([Interactive, Batch, Batch, Interactive, Interactive], accepted.Tags);
        // The cancelled and the refused one may have been begun or not; the others were, each once.
        Assert.InRange(waits.Values.Count, 3, 5);
        Assert.All(waits.Values, seconds => Assert.InRange(seconds, 0, 60));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_queue_is_told_by_class_with_its_oldest_job(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            await MigrationTests.NewAsync(provider), time, settings: [("Dispatch:UnannouncedWindow", "1"), ("Gateway:MaxQueued", "3")]);
        using GatewayClient first = await gateway.NewTenantAsync(), second = await gateway.NewTenantAsync();
        await first.WaitAsync(await first.SubmitAsync(), "running");
        await first.SubmitAsync(BatchJob);
        time.Advance(TimeSpan.FromMinutes(2));
        await second.SubmitAsync(BatchJob);

        using Measured<int> length = Of<int>(gateway, "limner.queue.length");
        using Measured<double> age = Of<double>(gateway, "limner.queue.oldest_age");
        await gateway.Services.GetRequiredService<QueueGauge>().MeasureAsync(Cancellation);

        Assert.Contains((Interactive, 0), length.All);
        Assert.Contains((Batch, 2), length.All);
        Assert.Equal(0, age.All.Last(told => told.Tags == Interactive).Value);
        Assert.InRange(age.All.Last(told => told.Tags == Batch).Value, 120, 119 + 60);
    }

    [Fact]
    public async Task Refused_requests_are_told_by_their_code()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Gateway:MaxQueuedPerTenant", "1"), ("Dispatch:UnannouncedWindow", "1")]);
        using Measured<long> refused = Of<long>(gateway, "limner.request.refused");
        using GatewayClient client = await gateway.NewTenantAsync(), stranger = new(gateway, "nobody", KeySecret.Create());
        await client.WaitAsync(await client.SubmitAsync(), "running");
        await gateway.Services.GetRequiredService<QueueGauge>().MeasureAsync(Cancellation);
        await client.SubmitAsync();

        await SubmissionTests.ReadErrorAsync(await client.PostAsync("""{"prompt":"a"}"""), HttpStatusCode.TooManyRequests);
        await SubmissionTests.ReadErrorAsync(await client.PostAsync("""{"prompt":7}"""), HttpStatusCode.BadRequest);
        await SubmissionTests.ReadErrorAsync(await stranger.PostAsync("""{"prompt":"a"}"""), HttpStatusCode.Unauthorized);
        await SubmissionTests.ReadErrorAsync(await client.Http.GetAsync("/v9", Cancellation), HttpStatusCode.NotFound);

        Assert.Equal(["queue_full", "invalid_type", "invalid_api_key", "route_not_found"], refused.Tags.Select(tag => tag["error.type=".Length..]));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Webhooks_are_told_by_attempts_and_by_what_is_not_over(string provider)
    {
        var time = new ShiftedTime();
        // No second attempt by itself: what failed is pending, and an hour later overdue.
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            await MigrationTests.NewAsync(provider), time, settings: [("Webhooks:FirstRetry", "00:30:00"), ("Webhooks:Poll", "00:05:00")]);
        using Measured<double> attempts = Of<double>(gateway, "limner.webhook.attempt.duration");
        await using Receiver well = await Receiver.StartAsync(), ill = await Receiver.StartAsync();
        ill.Answer = Receiver.Status(StatusCodes.Status500InternalServerError);
        using GatewayClient client = await gateway.NewTenantAsync();
        await client.CreateWebhookAsync(well.Url);
        await client.CreateWebhookAsync(ill.Url);
        await client.CompleteJobAsync();
        await Eventually.TrueAsync(async () => (await client.DeliveriesAsync()).All(delivery => (int)delivery["attempt_count"]! == 1 && delivery["attempts"]!.AsArray().Count == 1));

        Assert.Equal(["", "error.type=status"], attempts.Tags.Order(StringComparer.Ordinal));
        Assert.All(attempts.Values, seconds => Assert.InRange(seconds, double.Epsilon, 60));

        DeliveryGauge gauge = gateway.Services.GetRequiredService<DeliveryGauge>();
        using Measured<int> pending = Of<int>(gateway, "limner.webhook.pending"), overdue = Of<int>(gateway, "limner.webhook.overdue");
        await gauge.MeasureAsync(Cancellation);
        Assert.Equal((1, 0), (pending.Values[^1], overdue.Values[^1]));
        time.Advance(TimeSpan.FromHours(1));
        await gauge.MeasureAsync(Cancellation);
        Assert.Equal((1, 1), (pending.Values[^1], overdue.Values[^1]));

        // What a receiver in trouble is owed waits for him.
        await using GatewayContext context = gateway.Database.Read();
        string lane = await context.WebhookDeliveries.Where(delivery => delivery.Due != null).Select(delivery => delivery.Lane).SingleAsync(Cancellation);
        await gateway.Services.GetRequiredService<DeliveryLedger>().CloseAsync(lane, time.GetUtcNow());
        await gauge.MeasureAsync(Cancellation);
        Assert.Equal((1, 0), (pending.Values[^1], overdue.Values[^1]));
    }

    private static Measured<T> Of<T>(RunningGateway gateway, string instrument)
        where T : struct => new(gateway.Services, "Limner.Gateway", instrument);
}
