using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Tests.Submissions;

public abstract class RetryTests(SharedGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    [Fact]
    public async Task A_failed_job_is_asked_for_again_with_its_seed_and_stays_as_it_is()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid failed = await FailAsync(client, new { prompt = "a red star", n = 2, size = "64x64", steps = 30, guidance = 2.5, priority = "batch", metadata = new { order = "17" } });
        JsonObject before = await client.GetAsync(failed);

        using HttpResponseMessage reply = await RetryAsync(client, failed);

        JsonObject again = await ReadAsync(reply);
        Assert.Equal($"/v1/jobs/{again["id"]}", reply.Headers.Location?.ToString());
        Assert.Equal(("queued", JobId.Format(failed)), ((string)again["status"]!, (string)again["retry_of"]!));
        Assert.Null(again["error"]);
        foreach (string same in new[] { "prompt", "negative_prompt", "n", "seed", "size", "steps", "guidance", "priority", "metadata" })
        {
            Assert.Equal(before[same]!.ToJsonString(), again[same]!.ToJsonString());
        }

        Assert.Equal((DateTimeOffset)before["deadline"]! - (DateTimeOffset)before["created_at"]!, (DateTimeOffset)again["deadline"]! - (DateTimeOffset)again["created_at"]!);
        Guid id = JobId.Parse((string)again["id"]!)!.Value;
        await client.ApproveAsync(id, 0);
        await client.ApproveAsync(id, 1);
        await client.WaitAsync(id, "completed");
        Assert.Equal(before.ToJsonString(), (await client.GetAsync(failed)).ToJsonString());
        await using GatewayContext context = _gateway.Database.Read();
        Assert.Equal([id, id], await context.Usage.Where(entry => entry.Tenant == client.Tenant).Select(entry => entry.JobId).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Asked_for_many_times_it_is_one_retry_and_its_failure_is_retried_in_turn()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid failed = await FailAsync(client);

        JsonObject[] replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i => await ReadAsync(await RetryAsync(client, failed, i % 2 == 0 ? null : "retry-1"))));

        Guid second = JobId.Parse(Assert.Single(replies.Select(reply => (string)reply["id"]!).Distinct()))!.Value;
        await FailAsync(client, second);
        Guid third = JobId.Parse((string)(await ReadAsync(await RetryAsync(client, second)))["id"]!)!.Value;
        Assert.Equal(JobId.Format(second), (string?)(await client.GetAsync(third))["retry_of"]);
        await using GatewayContext context = _gateway.Database.Read();
        Assert.Equal(3, await context.Jobs.CountAsync(job => job.Tenant == client.Tenant, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("running")]
    [InlineData("completed")]
    [InlineData("cancelled")]
    public async Task A_job_that_did_not_fail_is_not_retried(string status)
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        if (status == "completed")
        {
            await client.ApproveAsync(job);
        }
        else if (status == "cancelled")
        {
            (await client.Http.DeleteAsync($"/v1/jobs/{JobId.Format(job)}", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        }

        await client.WaitAsync(job, status);
        using HttpResponseMessage refused = await RetryAsync(client, job);
        JsonObject error = await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.Conflict);
        Assert.Equal(("job_not_retryable", "id"), ((string)error["code"]!, (string)error["param"]!));
        Assert.Contains(status, (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_tenants_failed_job_is_not_there()
    {
        using GatewayClient owner = await _gateway.NewTenantAsync(), other = await _gateway.NewTenantAsync();
        using HttpResponseMessage refused = await RetryAsync(other, await FailAsync(owner));
        Assert.Equal("job_not_found", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.NotFound))["code"]);
    }

    private static async Task<HttpResponseMessage> RetryAsync(GatewayClient client, Guid job, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/jobs/{JobId.Format(job)}/retry");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage reply)
    {
        Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode);
        return (await reply.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
    }

    private async Task<Guid> FailAsync(GatewayClient client, object? body = null)
    {
        Guid job = await client.SubmitAsync(body);
        await FailAsync(client, job);
        return job;
    }

    private async Task FailAsync(GatewayClient client, Guid job)
    {
        await _gateway.Bus.Publish(new StageFailed(job, null, JobStage.Encoding, "stage_failed", "It failed."), TestContext.Current.CancellationToken);
        await client.WaitAsync(job, "failed");
    }
}

public sealed class RetryOnSqliteTests(SqliteGateway shared) : RetryTests(shared);

public sealed class RetryOnPostgresTests(PostgresGateway shared) : RetryTests(shared);
