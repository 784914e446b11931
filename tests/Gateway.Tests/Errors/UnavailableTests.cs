using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Images;
using Limner.Gateway.Database;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Generations;
using Limner.Gateway.Tests.Submissions;
using Limner.ObjectStorage;
using Limner.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Tests.Errors;

public sealed class UnavailableTests
{
    [Fact]
    public async Task While_the_database_is_away_nothing_is_accepted_and_it_recovers_by_itself()
    {
        using var log = new FullLog();
        await using TestPostgres server = await TestPostgres.StartOwnAsync();
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            new TestDatabase("postgres", await server.CreateDatabaseAsync()), configure: services => services.AddSingleton<ILoggerProvider>(log), settings: [("Logging:LogLevel:Default", "Warning")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid kept = await client.SubmitAsync();
        await client.WaitAsync(kept, "running");

        await server.KillAsync();
        using HttpResponseMessage refused = await client.PostAsync("""{"prompt":"a"}""");
        Assert.Equal("database_unavailable", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.ServiceUnavailable))["code"]);
        Assert.NotEmpty(refused.Headers.GetValues("Retry-After"));
        await client.ApproveAsync(kept);
        await Eventually.TrueAsync(async () => (await MissingAsync(client)).Contains("database", StringComparison.Ordinal)); // a good answer is kept for a second

        await server.StartAsync();
        // The message waited for it.
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage answer = await client.Http.GetAsync($"/v1/jobs/{JobId.Format(kept)}", TestContext.Current.CancellationToken);
            return answer.StatusCode == HttpStatusCode.OK && (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["status"] == "completed";
        });
        await client.SubmitAsync();

        // An outage of a night has to leave room on the disk: who was refused is a line, and work that fails is told once with its trace.
        string line = Assert.Single(log.Lines, line => line.StartsWith("POST /v1/jobs was answered database_unavailable, request id req_", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        string[] traces = [.. log.Lines.Where(line => line.Contains(" failed and is tried again", StringComparison.Ordinal)).Select(line => line.Split(" failed and is")[0])];
        Assert.Contains("Sending webhooks", traces);
        Assert.Equal(traces.Distinct().Count(), traces.Length);
    }

    [Fact]
    public async Task Whoever_watches_while_the_database_is_away_sees_his_job_end_when_it_is_back()
    {
        await using TestPostgres server = await TestPostgres.StartOwnAsync();
        await using RunningGateway gateway = await RunningGateway.StartAsync(new TestDatabase("postgres", await server.CreateDatabaseAsync()));
        using ImagesClient images = await ImagesClient.CreateAsync(gateway);
        Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"a star","stream":true}""");
        Guid job = (await images.NextJobAsync()).JobId;
        using HttpResponseMessage events = await images.Client.Http.GetAsync($"/v1/jobs/{JobId.Format(job)}/events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Task<string> watching = events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        await server.KillAsync();
        long killed = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(() => Task.FromResult(TimeProvider.System.GetElapsedTime(killed) > TimeSpan.FromSeconds(4) || asking.IsCompleted)); // they look every second, and for the key every three
        await server.StartAsync();
        await Eventually.TrueAsync(async () => (await MissingAsync(images.Client)) == "[]");
        await images.Client.ApproveAsync(job);

        using HttpResponseMessage response = await asking;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("image_generation.completed", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("job.completed", await watching, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_was_drawn_and_could_not_be_read_is_not_drawn_again()
    {
        var store = new FailingStore();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), configure: services => services.AddSingleton<IObjectStore>(store));
        using ImagesClient images = await ImagesClient.CreateAsync(gateway);
        string[] bodies = ["""{"prompt":"a star","response_format":"b64_json"}""", """{"prompt":"a star","stream":true}"""];
        foreach (string body in bodies)
        {
            Task<HttpResponseMessage> asking = images.AskAsync(body);
            Guid job = (await images.NextJobAsync()).JobId;
            await images.Client.ApproveAsync(job);
            using HttpResponseMessage first = await asking;
            Assert.Equal("storage_unavailable", (string?)(await SubmissionTests.ReadErrorAsync(first, HttpStatusCode.ServiceUnavailable))["code"]);
            // As clients do by themselves; a second job would wait for its picture.
            using HttpResponseMessage again = await images.AskAsync(body);
            Assert.Equal("storage_unavailable", (string?)(await SubmissionTests.ReadErrorAsync(again, HttpStatusCode.ServiceUnavailable))["code"]);
        }

        await using GatewayContext context = gateway.Database.Read();
        Assert.Equal(bodies.Length, await context.Jobs.CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_picture_that_breaks_off_in_a_stream_breaks_the_connection_and_is_no_event()
    {
        var store = new FailingStore { Opens = () => new BreakingStream() };
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), configure: services => services.AddSingleton<IObjectStore>(store));
        using ImagesClient images = await ImagesClient.CreateAsync(gateway);
        Task<HttpResponseMessage> asking = images.AskAsync("""{"prompt":"a star","stream":true}""");
        await images.Client.ApproveAsync((await images.NextJobAsync()).JobId);
        using HttpResponseMessage response = await asking;
        await using Stream body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var received = new MemoryStream();

        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(received, TestContext.Current.CancellationToken));

        string text = System.Text.Encoding.UTF8.GetString(received.ToArray());
        Assert.StartsWith("event: image_generation.completed\ndata: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("error", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_images_cannot_be_kept_no_job_is_accepted()
    {
        var store = new FailingStore();
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            TestDatabase.Sqlite(), configure: services => services.AddSingleton<IObjectStore>(store));
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        await client.ApproveAsync(job);
        await client.WaitAsync(job, "completed");

        using HttpResponseMessage signed = await client.Http.GetAsync($"/v1/images/{ImageId.Format(job, 0)}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, signed.StatusCode);
        Assert.Equal($"http://images.example/{StoredImage.KeyOf(client.Tenant, job, 0)}?signature=x", signed.Headers.Location?.ToString());

        store.IsAway = true;
        await gateway.Services.GetRequiredService<StorageProbe>().LookAsync(TestContext.Current.CancellationToken);
        using HttpResponseMessage refused = await client.PostAsync("""{"prompt":"a"}""");
        Assert.Equal("storage_unavailable", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.ServiceUnavailable))["code"]);
        using HttpResponseMessage image = await client.Http.GetAsync($"/v1/images/{ImageId.Format(job, 0)}", TestContext.Current.CancellationToken);
        Assert.Equal("storage_unavailable", (string?)(await SubmissionTests.ReadErrorAsync(image, HttpStatusCode.ServiceUnavailable))["code"]);

        store.IsAway = false;
        await gateway.Services.GetRequiredService<StorageProbe>().LookAsync(TestContext.Current.CancellationToken);
        await client.SubmitAsync();
    }

    private static async Task<string> MissingAsync(GatewayClient client)
    {
        using HttpResponseMessage ready = await client.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        return (await ready.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["missing"]!.ToJsonString();
    }

    private sealed class FailingStore : IObjectStore
    {
        public bool IsAway { get; set; }

        /// <summary>What an object is; null: none can be read.</summary>
        public Func<Stream>? Opens { get; init; }

        public Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation) => Task.FromResult(true);

        public Task<Stream?> OpenAsync(string key, CancellationToken cancellation) => Opens is { } open ? Task.FromResult<Stream?>(open()) : throw new ObjectStoreUnavailableException("away");

        public Task DeleteAsync(string key, CancellationToken cancellation) => Task.CompletedTask;

        public Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation) => Task.FromResult<Uri?>(IsAway ? null : new Uri($"http://images.example/{key}?signature=x"));

        public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            yield break;
        }

        public Task<bool> IsReachableAsync(CancellationToken cancellation) => Task.FromResult(!IsAway);
    }

    /// <summary>Half of a picture, after which the store is gone.</summary>
    private sealed class BreakingStream : MemoryStream
    {
        public BreakingStream()
            : base(new byte[200_000])
        {
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new ObjectStoreUnavailableException("The store broke off.");

        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, count) is > 0 and var read ? read : throw new ObjectStoreUnavailableException("The store broke off.");
    }
}
