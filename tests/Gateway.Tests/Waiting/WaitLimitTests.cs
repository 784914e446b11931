using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Generations;
using Limner.Gateway.Tests.Submissions;

namespace Limner.Gateway.Tests.Waiting;

/// <summary>A Gateway that keeps nobody waiting for long.</summary>
public sealed class WaitLimitTests : IAsyncLifetime
{
    private const string Body = """{"prompt":"a slow star","response_format":"b64_json"}""";

    private RunningGateway? _gateway;

    public async ValueTask InitializeAsync() => _gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Images:WaitLimit", "00:00:00.500")]);

    public async ValueTask DisposeAsync() => await _gateway!.DisposeAsync();

    [Fact]
    public async Task Whoever_waits_too_long_is_told_where_his_job_is_and_goes_on_waiting_for_it_by_asking_again()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway!);
        using HttpResponseMessage first = await images.AskAsync(Body);
        JsonObject error = await SubmissionTests.ReadErrorAsync(first, HttpStatusCode.GatewayTimeout);
        JobDescription job = await images.NextJobAsync();
        Assert.Equal("job_still_running", (string)error["code"]!);
        Assert.Equal($"/v1/jobs/{JobId.Format(job.JobId)}", first.Headers.Location?.ToString());
        Assert.NotNull(first.Headers.RetryAfter);
        // The message is out before the row says so.
        await images.Client.WaitAsync(job.JobId, "running");

        // As clients do by themselves.
        using HttpResponseMessage second = await images.AskAsync(Body);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        await images.Client.ApproveAsync(job.JobId);
        await images.Client.WaitAsync(job.JobId, "completed");
        using HttpResponseMessage third = await images.AskAsync(Body);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        Assert.Equal(JobId.Format(job.JobId), third.Headers.GetValues("x-job-id").Single());

        // It was answered: the same request is a new one.
        Assert.Equal(1, Deletions.CountOf(job.JobId));
        using HttpResponseMessage fourth = await images.AskAsync(Body);
        Assert.Equal(HttpStatusCode.GatewayTimeout, fourth.StatusCode);
        Assert.NotEqual(first.Headers.Location, fourth.Headers.Location);
    }

    [Fact]
    public async Task A_job_that_ended_long_ago_is_no_answer_to_a_request_that_comes_again()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), time, settings: ("Images:WaitLimit", "00:00:00.500"));
        using ImagesClient images = await ImagesClient.CreateAsync(gateway);
        using HttpResponseMessage first = await images.AskAsync(Body);
        Guid job = (await images.NextJobAsync()).JobId;
        await images.Client.ApproveAsync(job);
        await images.Client.WaitAsync(job, "completed");

        time.Advance(TimeSpan.FromMinutes(11));
        using HttpResponseMessage second = await images.AskAsync(Body);
        Assert.Equal(HttpStatusCode.GatewayTimeout, second.StatusCode);
        Assert.NotEqual(first.Headers.Location, second.Headers.Location);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("order-1")]
    public async Task The_same_of_another_tenant_is_another_job(string? key)
    {
        using ImagesClient one = await ImagesClient.CreateAsync(_gateway!), other = await ImagesClient.CreateAsync(_gateway!);
        using HttpResponseMessage first = await one.AskAsync(Body, key), second = await other.AskAsync(Body, key);
        Assert.NotEqual(first.Headers.Location, second.Headers.Location);
        using HttpResponseMessage job = await other.Client.Http.GetAsync(first.Headers.Location, TestContext.Current.CancellationToken);
        Assert.Equal("job_not_found", (string)(await SubmissionTests.ReadErrorAsync(job, HttpStatusCode.NotFound))["code"]!);
    }

    [Fact]
    public async Task With_a_key_the_answer_is_that_of_the_first_job_as_often_as_it_is_asked_for()
    {
        using ImagesClient images = await ImagesClient.CreateAsync(_gateway!);
        using HttpResponseMessage first = await images.AskAsync(Body, "order-1");
        Guid job = (await images.NextJobAsync()).JobId;
        await images.Client.ApproveAsync(job);
        await images.Client.WaitAsync(job, "completed");

        string[] answers = new string[2];
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage again = await images.AskAsync(Body, "order-1");
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
            answers[i] = await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(answers[0], answers[1]);
        using HttpResponseMessage conflict = await images.AskAsync("""{"prompt":"another star"}""", "order-1");
        Assert.Equal("idempotency_conflict", (string)(await SubmissionTests.ReadErrorAsync(conflict, HttpStatusCode.Conflict))["code"]!);
        using HttpResponseMessage elsewhere = await images.Client.PostAsync(Body.Replace(",\"response_format\":\"b64_json\"", "", StringComparison.Ordinal), "order-1");
        Assert.Equal("idempotency_conflict", (string)(await SubmissionTests.ReadErrorAsync(elsewhere, HttpStatusCode.Conflict))["code"]!);
    }

    [Fact]
    public async Task A_Gateway_that_stops_lets_those_who_wait_go_and_their_jobs_go_on()
    {
        TestDatabase database = TestDatabase.Sqlite();
        await using RunningGateway first = await RunningGateway.StartAsync(database);
        using ImagesClient images = await ImagesClient.CreateAsync(first);
        Task<HttpResponseMessage> asking = images.AskAsync(Body);
        Guid job = (await images.NextJobAsync()).JobId;
        await images.Client.WaitAsync(job, "running");
        await first.StopAsync();

        using HttpResponseMessage response = await asking;
        Assert.Equal("job_still_running", (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.GatewayTimeout))["code"]!);
        await using GatewayContext context = first.Database.Read();
        Assert.Equal(JobState.Running, (await context.Jobs.FindAsync([job], TestContext.Current.CancellationToken))!.State);
    }

    [Fact]
    public async Task Whoever_watched_at_a_Gateway_that_stops_goes_on_at_another_with_the_same_job()
    {
        const string Watched = """{"prompt":"a slow star","stream":true}""";
        DirectoryInfo objects = Directory.CreateTempSubdirectory("limner-objects-");
        try
        {
            TestDatabase database = TestDatabase.Sqlite();
            await using RunningGateway first = await RunningGateway.StartAsync(database, settings: [("Storage:Path", objects.FullName)]);
            using ImagesClient images = await ImagesClient.CreateAsync(first);
            Task<HttpResponseMessage> asking = images.AskAsync(Watched);
            Guid job = (await images.NextJobAsync()).JobId;
            await first.StopAsync();
            using HttpResponseMessage stopped = await asking;
            Assert.Equal("job_still_running", (string)(await SubmissionTests.ReadErrorAsync(stopped, HttpStatusCode.GatewayTimeout))["code"]!);

            await using RunningGateway second = await RunningGateway.StartAsync(database, settings: [("Storage:Path", objects.FullName)]);
            using var elsewhere = new ImagesClient(second, images.Client.At(second));
            Task<HttpResponseMessage> again = elsewhere.AskAsync(Watched);
            await elsewhere.Client.ApproveAsync(job);
            using HttpResponseMessage watched = await again;
            Assert.Equal(JobId.Format(job), watched.Headers.GetValues("x-job-id").Single());
            Assert.Contains("image_generation.completed", await watched.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

            // It was answered: the same request is a new one.
            using var leave = new CancellationTokenSource();
            Task<HttpResponseMessage> anew = elsewhere.AskAsync(Watched, cancellation: leave.Token);
            await Eventually.TrueAsync(async () =>
            {
                await using GatewayContext context = second.Database.Read();
                return context.Jobs.Count() == 2;
            });
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => anew);
        }
        finally
        {
            objects.Delete(recursive: true);
        }
    }
}
