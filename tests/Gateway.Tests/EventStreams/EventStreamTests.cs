using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.ServiceDefaults.Progress;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.EventStreams;

public abstract class EventStreamTests(SharedGateway shared)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly RunningGateway _gateway = shared.Gateway;

    [Fact]
    public async Task A_stream_tells_everything_in_order_and_ends_with_the_job()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync(new { prompt = "two stars", n = 2 });
        await client.WaitAsync(job, "running");
        Task<List<SseItem<JsonObject>>> reading = client.StreamAsync(job);
        await client.ApproveAsync(job, 1);
        await client.ApproveAsync(job, 0);

        List<SseItem<JsonObject>> told = await reading;

        Assert.Equal(["1", "2", "3", "4", "5"], told.Select(item => item.EventId));
        Assert.Equal(["candidate.approved", "candidate.approved", "job.completed", "job.queued", "job.running"], told.Select(item => item.EventType).Order(StringComparer.Ordinal));
        Assert.Equal("job.completed", told[^1].EventType);
        SseItem<JsonObject> first = told.First(item => item.EventType == "candidate.approved");
        Assert.Equal(ImageId.Format(job, (int)first.Data["candidate"]!), (string?)first.Data["image_id"]);
        Assert.Equal(JobId.Format(job), (string?)first.Data["job_id"]);
    }

    [Fact]
    public async Task A_client_that_comes_back_gets_what_it_missed_and_after_the_end_nothing()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        await client.ApproveAsync(job);
        await client.WaitAsync(job, "completed");

        Assert.Equal(["3", "4"], (await client.StreamAsync(job, "2")).Select(item => item.EventId));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{JobId.Format(job)}/events");
        request.Headers.Add("Last-Event-ID", "4");
        using HttpResponseMessage response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task A_client_that_comes_back_for_nothing_new_knows_at_once_that_it_is_connected()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{JobId.Format(job)}/events");
        request.Headers.Add("Last-Event-ID", "2");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10)); // Without a word of its own it would come after sixteen.
        using HttpResponseMessage response = await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_stream_ends_when_its_key_is_revoked()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        Task<List<SseItem<JsonObject>>> reading = client.StreamAsync(job);
        Guid key = (await _gateway.Services.GetRequiredService<KeyDirectory>().FindAsync(client.Key, TestContext.Current.CancellationToken))!.KeyId;
        await _gateway.Services.GetRequiredService<KeyLedger>().RevokeAsync(key, TestContext.Current.CancellationToken);

        List<SseItem<JsonObject>> told = await reading;

        Assert.DoesNotContain(told, item => item.EventType is "job.completed" or "job.failed" or "job.cancelled");
    }

    [Fact]
    public async Task Progress_and_previews_pass_through_and_have_no_id()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        IProgressChannel channel = _gateway.Services.GetRequiredService<IProgressChannel>();
        Task<List<SseItem<JsonObject>>> reading = client.StreamAsync(job, enough: item => item.EventType == "progress");
        while (!reading.IsCompleted)
        {
            await channel.PublishAsync(new JobProgress(job, 0, JobStage.Decoding, 3, 10, [1, 2, 3]));
            await Task.WhenAny(reading, Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken));
        }

        SseItem<JsonObject> told = (await reading)[^1];
        Assert.Equal(("decoding", 3, 10, "AQID"), ((string)told.Data["stage"]!, (int)told.Data["step"]!, (int)told.Data["steps"]!, (string)told.Data["preview"]!));
        // What comes after an event without an id keeps the last one: that is what a browser sends back.
        Assert.True(told.EventId is null or "2");
    }

    [Fact]
    public async Task The_job_itself_shows_its_step_from_the_first_question_on()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        IProgressChannel channel = _gateway.Services.GetRequiredService<IProgressChannel>();
        await channel.PublishAsync(new JobProgress(job, 0, JobStage.Decoding, 6, 10, [1, 2, 3]));
        await channel.PublishAsync(new JobProgress(job, 1, JobStage.Decoding, 7, 10, null));

        JsonNode progress = (await client.GetAsync(job))["progress"]!;
        Assert.Equal((1, "decoding", 7, 10), ((int)progress["candidate"]!, (string)progress["stage"]!, (int)progress["step"]!, (int)progress["steps"]!));
    }

    [Fact]
    public async Task A_running_job_of_which_nothing_was_heard_is_at_its_beginning()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync(new { prompt = "a red star", steps = 40 });
        JsonNode progress = (await client.WaitAsync(job, "running"))["progress"]!;
        Assert.Equal((null, null, 0, 40), ((int?)progress["candidate"], (string?)progress["stage"], (int)progress["step"]!, (int)progress["steps"]!));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("99")] // of another job's stream, say: waited for, not even this one's end would come
    public async Task A_last_event_id_that_is_none_is_refused(string last)
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{JobId.Format(job)}/events");
        request.Headers.Add("Last-Event-ID", last);
        using HttpResponseMessage response = await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Equal("Last-Event-ID", (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest))["param"]);
    }
}

public sealed class EventStreamOnSqliteTests(SqliteGateway shared) : EventStreamTests(shared);

public sealed class EventStreamOnPostgresTests(PostgresGateway shared) : EventStreamTests(shared);
