using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.ServiceDefaults.Progress;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Webhooks;

public sealed class ProgressTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Progress_is_told_to_who_asked_for_it_and_not_too_often(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), settings: [("Webhooks:ProgressEvery", "01:00:00")]);
        await using Receiver receiver = await Receiver.StartAsync();
        using GatewayClient client = await gateway.NewTenantAsync();
        await client.CreateWebhookAsync($"{receiver.Url}/ends");
        await client.CreateWebhookAsync($"{receiver.Url}/steps", "job.progress", "job.completed");
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        IProgressChannel channel = gateway.Services.GetRequiredService<IProgressChannel>();
        int step = 0;
        await Eventually.TrueAsync(() =>
        {
            // Told again and again: when the Gateway begins to listen is its own affair.
            _ = channel.PublishAsync(new JobProgress(job, 0, JobStage.Decoding, ++step, 1000, [1, 2, 3]));
            return receiver.Calls.Any(call => call.Type == "job.progress");
        });
        _ = channel.PublishAsync(new JobProgress(job, 0, JobStage.Decoding, 1000, 1000, null));
        await client.ApproveAsync(job);
        await Eventually.TrueAsync(() => receiver.Calls.Count(call => call.Type == "job.completed") == 2);

        ReceivedCall told = Assert.Single(receiver.Calls, call => call.Type == "job.progress");
        Assert.Equal("/steps", told.Path);
        Assert.Equal(JobId.Format(job), (string?)told.Json["data"]!["job_id"]);
        Assert.Equal(("decoding", 1000), ((string)told.Json["data"]!["stage"]!, (int)told.Json["data"]!["steps"]!));
        Assert.InRange((int)told.Json["data"]!["step"]!, 1, step);
        Assert.DoesNotContain("preview", told.Body, StringComparison.Ordinal);
        // Those of its end alone are left.
        await Eventually.TrueAsync(async () => (await client.DeliveriesAsync()).Select(delivery => ((string)delivery["type"]!, (string)delivery["status"]!)).SequenceEqual(Enumerable.Repeat(("job.completed", "delivered"), 2)));
    }

    [Fact]
    public async Task Old_news_is_told_to_nobody()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            TestDatabase.Sqlite(), time, settings: [("Webhooks:FirstRetry", "00:00:30"), ("Webhooks:ProgressEvery", "00:00:00.010")]);
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = Receiver.Status(500);
        using GatewayClient client = await gateway.NewTenantAsync();
        await client.CreateWebhookAsync(receiver.Url, "job.progress");
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        IProgressChannel channel = gateway.Services.GetRequiredService<IProgressChannel>();
        await Eventually.TrueAsync(() =>
        {
            _ = channel.PublishAsync(new JobProgress(job, 0, JobStage.Decoding, 1, 2, null));
            return receiver.Calls.Count > 0;
        });
        await client.ApproveAsync(job);
        await client.WaitAsync(job, "completed");

        time.Advance(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(async () => (await client.DeliveriesAsync()).Length == 0);
        int told = receiver.Calls.Count;
        time.Advance(TimeSpan.FromMinutes(2));
        await client.CompleteJobAsync();
        Assert.Equal(told, receiver.Calls.Count);
    }
}
