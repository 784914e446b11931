using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Generations;
using Limner.Gateway.Waiting;
using Limner.ServiceDefaults.Cancellation;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Waiting;

public abstract class DisconnectTests(SharedGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("{\"prompt\":\"a star\"}")]
    [InlineData("{\"prompt\":\"a star\",\"stream\":true,\"partial_images\":1}")]
    public async Task A_caller_who_leaves_takes_his_job_with_him(string body)
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        Guid job = await AskAndLeaveAsync(images, body, null);

        JsonObject view = await images.Client.WaitAsync(job, "cancelled");
        Assert.Equal("caller_disconnected", (string?)view["error"]?["code"]);
        await Eventually.TrueAsync(() => _gateway.Stages.Cancelled.Contains(job));
        Assert.True(await _gateway.Services.GetRequiredService<ICancelFlags>().IsRaisedAsync(job, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_comes_back_with_his_key_is_drawn_for_anew()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        const string Body = """{"prompt":"a star","response_format":"b64_json"}""";
        Guid left = await AskAndLeaveAsync(images, Body, "order-1");
        await images.Client.WaitAsync(left, "cancelled");

        Task<HttpResponseMessage> asking = images.AskAsync(Body, "order-1");
        Guid job = (await images.NextJobAsync()).JobId;
        await images.Client.ApproveAsync(job);
        using HttpResponseMessage response = await asking;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEqual(left, job);
    }

    [Fact]
    public async Task Of_two_who_wait_for_the_same_one_may_leave()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway);
        const string Body = """{"prompt":"a star","response_format":"b64_json"}""";
        using var leave = new CancellationTokenSource();
        Task<HttpResponseMessage> one = images.AskAsync(Body, "order-1", leave.Token);
        JobDescription job = await images.NextJobAsync();
        Task<HttpResponseMessage> other = images.AskAsync(Body, "order-1");
        Attendance attendance = _gateway.Services.GetRequiredService<Limner.Gateway.Waiting.Attendance>();
        await Eventually.TrueAsync(() => attendance.CountOf(job.JobId) == 2);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await Eventually.TrueAsync(() => attendance.CountOf(job.JobId) == 1);

        await images.Client.ApproveAsync(job.JobId);
        using HttpResponseMessage response = await other;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("completed", (string)(await images.Client.GetAsync(job.JobId))["status"]!);
    }

    private static async Task<Guid> AskAndLeaveAsync(ImagesClient images, string body, string? key)
    {
        using var leave = new CancellationTokenSource();
        Task<HttpResponseMessage> asking = images.AskAsync(body, key, leave.Token);
        Guid job = (await images.NextJobAsync()).JobId;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        return job;
    }
}

public sealed class DisconnectOnSqliteTests(SqliteGateway shared) : DisconnectTests(shared);

public sealed class DisconnectOnPostgresTests(PostgresGateway shared) : DisconnectTests(shared);
