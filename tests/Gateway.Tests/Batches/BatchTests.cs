using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Files;
using Limner.Gateway.Tests.Submissions;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Tests.Batches;

public abstract class BatchTests(SharedBatchGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_becomes_a_job_and_has_one_result()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string[] lines = BatchClient.Lines(23);
        lines[4] = BatchClient.Line("r5", $$"""{"prompt":"{{Painter.Refused}}"}""");
        lines[9] = BatchClient.Line("r10", $$"""{"prompt":"{{Painter.Failing}}"}""");
        lines[14] = BatchClient.Line("r15", """{"prompt":"two stars","n":2,"size":"64x64","metadata":{"order":"17"},"priority":"batch"}""");
        lines[19] = BatchClient.Line("r20", $$"""{"prompt":"{{Painter.Rejected}}","size":"64x64"}""");
        string file = await client.UploadAsync(["", .. lines, ""]);

        JsonObject created = await GatewayClient.ReadAsync(await client.PostBatchAsync(new { input_file_id = file, endpoint = "/v1/jobs", completion_window = "24h", metadata = new { night = "1" } }));
        Assert.Equal(("batch", "validating", "24h", file, "/v1/jobs", "1"), (
            (string)created["object"]!, (string)created["status"]!, (string)created["completion_window"]!, (string)created["input_file_id"]!, (string)created["endpoint"]!, (string)created["metadata"]!["night"]!));
        Assert.Equal(24 * 3600, (long)created["expires_at"]! - (long)created["created_at"]!);
        string id = (string)created["id"]!;
        JsonObject done = await client.WaitBatchAsync(id, "completed");

        (JsonObject[] output, JsonObject[] errors) = await client.ResultsAsync(done, 23);
        Assert.Equal(["r5", "r10"], errors.Select(line => (string)line["custom_id"]!));
        Assert.Equal(("content_policy_violation", "prompt_too_long"), (Code(errors[0]), Code(errors[1])));
        Assert.All(output, line => Assert.Equal((200, "completed"), ((int)line["response"]!["status_code"]!, (string)line["response"]!["body"]!["status"]!)));
        JsonNode two = output.Single(line => (string?)line["custom_id"] == "r15")["response"]!["body"]!;
        Assert.Equal((2, "17", id), (two["images"]!.AsArray().Count, (string)two["metadata"]!["order"]!, (string)two["batch_id"]!));
        using HttpResponseMessage image = await client.Http.GetAsync((string)two["images"]![1]!["url"]!, Cancellation);
        Assert.Equal(HttpStatusCode.OK, image.StatusCode);
        Assert.Equal("rejected", (string?)output.Single(line => (string?)line["custom_id"] == "r20")["response"]!["body"]!["images"]![0]!["status"]);
        foreach (string moment in new[] { "in_progress_at", "finalizing_at", "completed_at" })
        {
            Assert.InRange((long)done[moment]!, (long)done["created_at"]!, (long)done["expires_at"]!);
        }

        await using GatewayContext context = _gateway.Database.Read();
        List<Job> jobs = await context.Jobs.AsNoTracking().Where(job => job.Tenant == client.Tenant).OrderBy(job => job.BatchLine).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Range(2, 23), jobs.Select(job => job.BatchLine!.Value));
        Assert.All(jobs, job => Assert.Equal((JobPriority.Batch, (long)done["expires_at"]!), (job.Priority, job.Deadline.ToUnixTimeSeconds())));
        Assert.Equal([3UL, 4UL], jobs.Skip(2).Take(2).Select(job => job.Seed));
        Assert.Equal(20, (await GatewayClient.ReadAsync(await client.Http.GetAsync($"/v1/jobs?batch_id={id}", Cancellation)))["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task Lines_of_the_images_api_are_answered_as_it_answers()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        const string Generations = "/v1/images/generations";
        string[] lines =
        [
            BatchClient.Line("r1", """{"prompt":"two stars","n":2,"size":"64x64","response_format":"b64_json"}""", Generations),
            BatchClient.Line("r2", """{"prompt":"a red star","size":"64x64","response_format":"url"}""", Generations),
            BatchClient.Line("r3", $$"""{"prompt":"{{Painter.Rejected}}","size":"64x64"}""", Generations),
            BatchClient.Line("r4", $$"""{"prompt":"{{Painter.Failing}}","size":"64x64"}""", Generations),
        ];
        string file = await client.UploadAsync(lines);
        string id = (string)(await GatewayClient.ReadAsync(await client.PostBatchAsync(BatchClient.Request(file, Generations))))["id"]!;

        (JsonObject[] output, JsonObject[] errors) = await client.ResultsAsync(await client.WaitBatchAsync(id, "completed"), 4);

        JsonNode two = output[0]["response"]!["body"]!;
        byte[][] pictures = [.. two["data"]!.AsArray().Select(picture => Convert.FromBase64String((string)picture!["b64_json"]!))];
        Assert.Equal(2, pictures.Length);
        Assert.All(pictures, picture => Assert.Equal("PNG"u8.ToArray(), picture[1..4]));
        Assert.Equal(("64x64", "png"), ((string)two["size"]!, (string)two["output_format"]!));
        // For a day, without a key, and at the address where its owner reaches us.
        string address = (string)output[1]["response"]!["body"]!["data"]![0]!["url"]!;
        Assert.StartsWith(_gateway.Address.ToString(), address, StringComparison.Ordinal);
        using var stranger = new HttpClient();
        Assert.Equal("PNG"u8.ToArray(), (await stranger.GetByteArrayAsync(address, Cancellation))[1..4]);
        Assert.Equal([("content_policy_violation", 400), ("prompt_too_long", 400)], errors.Select(line => (Code(line), (int)line["response"]!["status_code"]!)));

        // What a line may not ask for is what the address does not take, and a stream.
        string wrong = await client.UploadAsync(BatchClient.Line("r1", """{"prompt":"a","stream":true}""", Generations), BatchClient.Line("r2", """{"prompt":"a","model":"dall-e-3","n":2}""", Generations));
        string failed = (string)(await GatewayClient.ReadAsync(await client.PostBatchAsync(BatchClient.Request(wrong, Generations))))["id"]!;
        Assert.Equal(["body.stream", "n"], (await client.WaitBatchAsync(failed, "failed"))["errors"]!["data"]!.AsArray().Select(error => (string)error!["param"]!));
    }

    [Fact]
    public async Task A_quota_that_is_used_up_refuses_the_lines_that_are_left()
    {
        using GatewayClient client = await _gateway.NewTenantAsync(new Allowance { MonthlyImages = 7 });
        string[] lines = BatchClient.Lines(12);
        // What it takes it gives back: nothing was drawn of it.
        lines[2] = BatchClient.Line("r3", $$"""{"prompt":"{{Painter.Failing}}","size":"64x64"}""");
        string id = await client.StartBatchAsync(lines);

        (JsonObject[] output, JsonObject[] errors) = await client.ResultsAsync(await client.WaitBatchAsync(id, "completed"), 12);

        Assert.Equal(7, output.Length);
        Assert.Equal(["prompt_too_long", .. Enumerable.Repeat("insufficient_quota", 4)], errors.Select(Code));
        Assert.Equal(429, (int)errors[^1]["response"]!["status_code"]!);
    }

    [Theory]
    [InlineData("{", "invalid_json", null)]
    [InlineData("[]", "invalid_type", null)]
    [InlineData("""{"method":"POST","url":"/v1/jobs","body":{"prompt":"a"}}""", "missing_required_parameter", "custom_id")]
    [InlineData("""{"custom_id":"x","url":"/v1/jobs","body":{"prompt":"a"}}""", "missing_required_parameter", "method")]
    [InlineData("""{"custom_id":"x","method":"GET","url":"/v1/jobs","body":{"prompt":"a"}}""", "invalid_value", "method")]
    [InlineData("""{"custom_id":"x","method":"POST","url":"/v1/images/generations","body":{"prompt":"a"}}""", "invalid_value", "url")]
    [InlineData("""{"custom_id":"x","method":"POST","url":"/v1/jobs"}""", "missing_required_parameter", "body")]
    [InlineData("""{"custom_id":"x","method":"POST","url":"/v1/jobs","body":"a"}""", "invalid_type", "body")]
    [InlineData("""{"custom_id":"x","method":"POST","url":"/v1/jobs","body":{}}""", "missing_required_parameter", "prompt")]
    [InlineData("""{"custom_id":"x","method":"POST","url":"/v1/jobs","body":{"prompt":"a","n":11}}""", "invalid_value", "n")]
    [InlineData("""{"custom_id":"x","method":"POST","url":"/v1/jobs","body":{"prompt":"a","deadline":"2030-01-01T00:00:00Z"}}""", "invalid_value", "body.deadline")]
    [InlineData("""{"custom_id":"x","method":"POST","url":"/v1/jobs","body":{"prompt":"a","priority":"interactive"}}""", "invalid_value", "body.priority")]
    [InlineData("""{"custom_id":"x","method":"POST","url":"/v1/jobs","colour":1,"body":{"prompt":"a"}}""", "unknown_parameter", "colour")]
    [InlineData("""{"custom_id":"r1","method":"POST","url":"/v1/jobs","body":{"prompt":"a"}}""", "duplicate_custom_id", "custom_id")]
    public async Task A_line_that_is_wrong_is_named_and_nothing_is_drawn(string line, string code, string? parameter)
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string id = await client.StartBatchAsync(BatchClient.Line("r1"), "", line, "{");

        JsonObject failed = await client.WaitBatchAsync(id, "failed");

        JsonArray errors = failed["errors"]!["data"]!.AsArray();
        Assert.Equal([3, 4], errors.Select(error => (int)error!["line"]!));
        Assert.Equal((code, parameter), ((string)errors[0]!["code"]!, (string?)errors[0]!["param"]));
        Assert.NotEmpty((string)errors[0]!["message"]!);
        Assert.NotNull(failed["failed_at"]);
        Assert.Null(failed["output_file_id"]);
        Assert.Empty((await GatewayClient.ReadAsync(await client.Http.GetAsync("/v1/jobs", Cancellation)))["data"]!.AsArray());
    }

    [Fact]
    public async Task A_file_without_requests_and_one_with_too_many_or_too_long_lines_fail()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string empty = await client.StartBatchAsync("", " ", "");
        string many = await client.StartBatchAsync(BatchClient.Lines(SharedBatchGateway.MaxLines + 1));
        string wide = await client.StartBatchAsync(BatchClient.Line("r1"), BatchClient.Line("r2", $$"""{"prompt":"{{new string('a', 80_000)}}"}"""));
        string wrong = await client.StartBatchAsync([.. Enumerable.Repeat("{", 150)]);

        Assert.Equal("missing_required_parameter", (string?)(await client.WaitBatchAsync(empty, "failed"))["errors"]!["data"]![0]!["code"]);
        JsonNode error = (await client.WaitBatchAsync(many, "failed"))["errors"]!["data"]![0]!;
        Assert.Equal(("too_many_lines", SharedBatchGateway.MaxLines + 1), ((string)error["code"]!, (int)error["line"]!));
        error = (await client.WaitBatchAsync(wide, "failed"))["errors"]!["data"]![0]!;
        Assert.Equal(("body_too_large", 2), ((string)error["code"]!, (int)error["line"]!));
        Assert.Equal(100, (await client.WaitBatchAsync(wrong, "failed"))["errors"]!["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task What_is_cancelled_keeps_what_is_done_and_says_so_of_the_rest()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        // More than may be open at once, so that some are done, some under way and some still lines when it is cancelled.
        string id = await client.StartBatchAsync([.. BatchClient.Lines(5), .. Enumerable.Range(6, 60).Select(i => BatchClient.Line($"r{i}", $$"""{"prompt":"{{Painter.Waiting}}"}"""))]);
        await Eventually.TrueAsync(async () => BatchClient.Counts(await client.GetBatchAsync(id)) == (65, 5, 0) && await CountJobsAsync(client) == 5 + SharedBatchGateway.Window);

        JsonObject cancelling = await client.CancelBatchAsync(id);
        Assert.Equal("cancelling", (string?)cancelling["status"]);
        JsonObject cancelled = await client.WaitBatchAsync(id, "cancelled");

        (JsonObject[] output, JsonObject[] errors) = await client.ResultsAsync(cancelled, 65);
        Assert.Equal(5, output.Length);
        Assert.All(errors, line => Assert.Equal(("batch_cancelled", null), ((string)line["error"]!["code"]!, line["response"])));
        Assert.True((long)cancelled["cancelled_at"]! >= (long)cancelling["cancelling_at"]!);
        Assert.Equal(5 + SharedBatchGateway.Window, await CountJobsAsync(client));
        await using (GatewayContext context = _gateway.Database.Read())
        {
            Assert.All(await context.Jobs.AsNoTracking().Where(job => job.Tenant == client.Tenant && job.BatchLine > 5).ToListAsync(Cancellation), job => Assert.Equal((JobState.Cancelled, "batch_cancelled"), (job.State, job.Failure!.Code)));
        }

        Assert.Equal(cancelled.ToJsonString(), (await client.CancelBatchAsync(id)).ToJsonString());
    }

    [Fact]
    public async Task What_is_over_cannot_be_cancelled_and_a_file_in_use_not_be_removed()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string id = await client.StartBatchAsync(BatchClient.Lines(1, Painter.Waiting));
        string file = (string)(await client.WaitBatchAsync(id, "in_progress"))["input_file_id"]!;
        using HttpResponseMessage kept = await client.Http.DeleteAsync($"/v1/files/{file}", Cancellation);
        Assert.Equal("file_in_use", (string?)(await SubmissionTests.ReadErrorAsync(kept, HttpStatusCode.Conflict))["code"]);
        await client.CancelBatchAsync(id);
        await client.WaitBatchAsync(id, "cancelled");
        (await client.Http.DeleteAsync($"/v1/files/{file}", Cancellation)).EnsureSuccessStatusCode();

        string done = await client.StartBatchAsync(BatchClient.Lines(1));
        await client.WaitBatchAsync(done, "completed");
        using HttpResponseMessage refused = await client.Http.PostAsync($"/v1/batches/{done}/cancel", null, Cancellation);
        Assert.Equal("batch_is_over", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.Conflict))["code"]);
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_named()
    {
        using GatewayClient client = await _gateway.NewTenantAsync(), other = await _gateway.NewTenantAsync();
        string file = await client.UploadAsync(BatchClient.Lines(1)), others = await other.UploadAsync(BatchClient.Lines(1));
        foreach ((object body, string parameter, string code) in new (object, string, string)[]
        {
            (new { endpoint = "/v1/jobs", completion_window = "24h" }, "input_file_id", "missing_required_parameter"),
            (new { input_file_id = file, completion_window = "24h" }, "endpoint", "missing_required_parameter"),
            (new { input_file_id = file, endpoint = "/v1/jobs" }, "completion_window", "missing_required_parameter"),
            (new { input_file_id = file, endpoint = "/v1/chat/completions", completion_window = "24h" }, "endpoint", "invalid_value"),
            (new { input_file_id = file, endpoint = "/v1/jobs", completion_window = "1h" }, "completion_window", "invalid_value"),
            (new { input_file_id = "file-1", endpoint = "/v1/jobs", completion_window = "24h" }, "input_file_id", "file_not_found"),
            (new { input_file_id = others, endpoint = "/v1/jobs", completion_window = "24h" }, "input_file_id", "file_not_found"),
            (new { input_file_id = file, endpoint = "/v1/jobs", completion_window = "24h", colour = 1 }, "colour", "unknown_parameter"),
        })
        {
            using HttpResponseMessage response = await client.PostBatchAsync(body);
            JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest);
            Assert.Equal((code, parameter), ((string)error["code"]!, (string)error["param"]!));
        }

        string done = await client.StartBatchAsync(BatchClient.Lines(1));
        string output = (string)(await client.WaitBatchAsync(done, "completed"))["output_file_id"]!;
        using HttpResponseMessage results = await client.PostBatchAsync(BatchClient.Request(output));
        Assert.Equal("input_file_id", (string?)(await SubmissionTests.ReadErrorAsync(results, HttpStatusCode.BadRequest))["param"]);
        foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Get, done), (HttpMethod.Post, $"{done}/cancel"), (HttpMethod.Get, "batch_1") })
        {
            using HttpResponseMessage hidden = await other.Http.SendAsync(new HttpRequestMessage(method, $"/v1/batches/{path}"), Cancellation);
            Assert.Equal("batch_not_found", (string?)(await SubmissionTests.ReadErrorAsync(hidden, HttpStatusCode.NotFound))["code"]);
        }
    }

    [Fact]
    public async Task The_same_request_with_a_key_is_one_batch_and_lists_have_pages()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string file = await client.UploadAsync(BatchClient.Lines(1));
        HttpResponseMessage[] replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.PostBatchAsync(BatchClient.Request(file), "night-1")));
        string[] bodies = await Task.WhenAll(replies.Select(reply => reply.Content.ReadAsStringAsync(Cancellation)));
        string first = (string)JsonNode.Parse(Assert.Single(bodies.Distinct()))!["id"]!;
        await client.WaitBatchAsync(first, "completed");
        using HttpResponseMessage again = await client.PostBatchAsync(BatchClient.Request(file), "night-1");
        Assert.Equal(bodies[0], await again.Content.ReadAsStringAsync(Cancellation));

        string[] all = [first, await client.StartBatchAsync(BatchClient.Lines(1)), await client.StartBatchAsync(BatchClient.Lines(1))];
        Array.Sort(all, (left, right) => string.CompareOrdinal(right, left));
        JsonObject page = await GatewayClient.ReadAsync(await client.Http.GetAsync("/v1/batches?limit=2", Cancellation));
        Assert.Equal((true, all[1]), ((bool)page["has_more"]!, (string)page["last_id"]!));
        JsonObject rest = await GatewayClient.ReadAsync(await client.Http.GetAsync($"/v1/batches?limit=2&after={all[1]}", Cancellation));
        Assert.Equal(all, page["data"]!.AsArray().Concat(rest["data"]!.AsArray()).Select(batch => (string)batch!["id"]!));
        Assert.False((bool)rest["has_more"]!);
    }

    private static string Code(JsonObject line) => (string)line["response"]!["body"]!["error"]!["code"]!;

    private async Task<int> CountJobsAsync(GatewayClient client)
    {
        await using GatewayContext context = _gateway.Database.Read();
        return await context.Jobs.CountAsync(job => job.Tenant == client.Tenant, Cancellation);
    }
}

public sealed class BatchOnSqliteTests(SqliteBatchGateway shared) : BatchTests(shared), IClassFixture<SqliteBatchGateway>;

public sealed class BatchOnPostgresTests(PostgresBatchGateway shared) : BatchTests(shared), IClassFixture<PostgresBatchGateway>;
