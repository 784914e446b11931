using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.ObjectStorage;
using Limner.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Errors;

public sealed class UnavailableTests
{
    [Fact]
    public async Task While_the_database_is_away_nothing_is_accepted_and_it_recovers_by_itself()
    {
        await using TestPostgres server = await TestPostgres.StartOwnAsync();
        await using RunningGateway gateway = await RunningGateway.StartAsync(new TestDatabase("postgres", await server.CreateDatabaseAsync()));
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid kept = await client.SubmitAsync();
        await client.WaitAsync(kept, "running");

        await server.KillAsync();
        using HttpResponseMessage refused = await client.PostAsync("""{"prompt":"a"}""");
        Assert.Equal("database_unavailable", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.ServiceUnavailable))["code"]);
        Assert.NotEmpty(refused.Headers.GetValues("Retry-After"));
        await client.ApproveAsync(kept);
        Assert.Contains("database", await MissingAsync(client), StringComparison.Ordinal);

        await server.StartAsync();
        // The message waited for it.
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage answer = await client.Http.GetAsync($"/v1/jobs/{JobId.Format(kept)}", TestContext.Current.CancellationToken);
            return answer.StatusCode == HttpStatusCode.OK && (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["status"] == "completed";
        });
        await client.SubmitAsync();
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
        Assert.Equal($"http://images.example/{JobId.ImageKey(client.Tenant, job, 0)}?signature=x", signed.Headers.Location?.ToString());

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
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        return (await ready.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["missing"]!.ToJsonString();
    }

    private sealed class FailingStore : IObjectStore
    {
        public bool IsAway { get; set; }

        public Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation) => Task.FromResult(true);

        public Task<Stream?> OpenAsync(string key, CancellationToken cancellation) => throw new ObjectStoreUnavailableException("away");

        public Task DeleteAsync(string key, CancellationToken cancellation) => Task.CompletedTask;

        public Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation) => Task.FromResult<Uri?>(IsAway ? null : new Uri($"http://images.example/{key}?signature=x"));

        public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            yield break;
        }

        public Task<bool> IsReachableAsync(CancellationToken cancellation) => Task.FromResult(!IsAway);
    }
}
