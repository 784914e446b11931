using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;

namespace Limner.Gateway.Tests.Deadlines;

public sealed class DeadlineSweepTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_job_that_is_late_fails_queued_or_running_and_a_result_that_comes_then_changes_nothing(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), time, settings: [("Dispatch:UnannouncedWindow", "1"), ("Gateway:BatchDeadline", "2.00:00:00")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid running = await client.SubmitAsync(), queued = await client.SubmitAsync();
        await client.WaitAsync(running, "running");
        Guid patient = await client.SubmitAsync(new { prompt = "a red star", priority = "batch" });

        time.Advance(TimeSpan.FromHours(2));

        Assert.Equal("deadline_exceeded", (string?)(await client.WaitAsync(running, "failed"))["error"]!["code"]);
        Assert.Equal("deadline_exceeded", (string?)(await client.WaitAsync(queued, "failed"))["error"]!["code"]);
        await client.WaitAsync(patient, "running");
        await client.ApproveAsync(running);
        await client.ApproveAsync(patient);
        await client.WaitAsync(patient, "completed");
        Assert.Equal("failed", (string?)(await client.GetAsync(running))["status"]);
        Assert.Equal("job.failed", (await client.StreamAsync(queued))[^1].EventType);
    }
}
