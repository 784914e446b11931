using System.Net;
using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Tests.Submissions;

public abstract class IdempotencyTests(SharedGateway shared)
{
    [Fact]
    public async Task The_same_key_and_body_give_the_first_reply_however_far_the_job_is()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        const string Body = """{"prompt":"a red star","size":"64x64"}""";
        using HttpResponseMessage first = await client.PostAsync(Body, "order-1");
        string reply = await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Guid job = Limner.Gateway.Jobs.JobId.Parse((string)System.Text.Json.Nodes.JsonNode.Parse(reply)!["id"]!)!.Value;
        await client.ApproveAsync(job);
        await client.WaitAsync(job, "completed");

        using HttpResponseMessage second = await client.PostAsync(Body, "order-1");

        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal(reply, await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(first.Headers.Location, second.Headers.Location);
    }

    [Fact]
    public async Task A_deadline_that_passed_meanwhile_does_not_take_the_reply_back()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await shared.NewDatabaseAsync(), time);
        using GatewayClient client = await gateway.NewTenantAsync();
        DateTimeOffset deadline = time.GetUtcNow() + TimeSpan.FromHours(1);
        string body = $$"""{"prompt":"a red star","size":"64x64","deadline":"{{deadline:O}}"}""";
        using HttpResponseMessage first = await client.PostAsync(body, "order-1");
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Guid job = Limner.Gateway.Jobs.JobId.Parse((string)System.Text.Json.Nodes.JsonNode.Parse(await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["id"]!)!.Value;
        time.Advance(TimeSpan.FromHours(1));
        await client.WaitAsync(job, "failed");

        using HttpResponseMessage second = await client.PostAsync(body, "order-1");

        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_409()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage first = await client.PostAsync("""{"prompt":"a red star"}""", "order-1");
        using HttpResponseMessage second = await client.PostAsync("""{"prompt":"a blue star"}""", "order-1");

        Assert.Equal("idempotency_conflict", (string?)(await SubmissionTests.ReadErrorAsync(second, HttpStatusCode.Conflict))["code"]);
    }

    [Fact]
    public async Task Another_tenants_key_is_another_key()
    {
        using GatewayClient one = await shared.Gateway.NewTenantAsync(), other = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage first = await one.PostAsync("""{"prompt":"a red star"}""", "order-1");
        using HttpResponseMessage second = await other.PostAsync("""{"prompt":"a blue star"}""", "order-1");

        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.NotEqual(first.Headers.Location, second.Headers.Location);
    }

    [Fact]
    public async Task Ten_at_once_are_one_job()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        HttpResponseMessage[] replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.PostAsync("""{"prompt":"a red star"}""", "order-1")));

        Assert.All(replies, reply => Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode));
        Assert.Single(replies.Select(reply => reply.Headers.Location).Distinct());
        await using GatewayContext context = shared.Gateway.Database.Read();
        Assert.Equal(1, await context.Jobs.CountAsync(job => job.Tenant == client.Tenant, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Many_at_once_at_two_gateways_are_one_job()
    {
        // Each Gateway has writers, caches and connections of its own; only the database is the same. No other test may have it: each of them also takes the other's jobs.
        TestDatabase database = await shared.NewDatabaseAsync();
        await using RunningGateway one = await RunningGateway.StartAsync(database), other = await RunningGateway.StartAsync(database);
        using GatewayClient client = await one.NewTenantAsync(), elsewhere = client.At(other);
        for (int round = 0; round < 5; round++)
        {
            HttpResponseMessage[] replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? client : elsewhere).PostAsync("""{"prompt":"a red star"}""", $"order-{round}")));

            Assert.All(replies, reply => Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode));
            Assert.Single((await Task.WhenAll(replies.Select(reply => reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)))).Distinct());
        }

        await using GatewayContext context = one.Database.Read();
        Assert.Equal(5, await context.Jobs.CountAsync(job => job.Tenant == client.Tenant, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_same_key_at_another_address_is_409()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage first = await client.PostAsync("""{"prompt":"a red star"}""", "order-1");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{first.Headers.Location}/retry");
        request.Headers.Add("Idempotency-Key", "order-1");
        using HttpResponseMessage second = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("idempotency_conflict", (string?)(await SubmissionTests.ReadErrorAsync(second, HttpStatusCode.Conflict))["code"]);
    }

    [Fact]
    public async Task A_refused_request_takes_no_key()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage refused = await client.PostAsync("""{"prompt":7}""", "order-1");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using HttpResponseMessage mended = await client.PostAsync("""{"prompt":"seven"}""", "order-1");

        Assert.Equal(HttpStatusCode.Accepted, mended.StatusCode);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.PostAsync("""{"prompt":"a red star"}""", key);

        Assert.Equal("Idempotency-Key", (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest))["param"]);
    }
}

public sealed class IdempotencyOnSqliteTests(SqliteGateway shared) : IdempotencyTests(shared);

public sealed class IdempotencyOnPostgresTests(PostgresGateway shared) : IdempotencyTests(shared);
