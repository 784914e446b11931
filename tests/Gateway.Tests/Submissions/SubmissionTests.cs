using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Gateway.Tests.Application;

namespace Limner.Gateway.Tests.Submissions;

public sealed class SubmissionTests(SqliteGateway shared)
{
    [Theory]
    [InlineData("", "invalid_json", null)]
    [InlineData("{", "invalid_json", null)]
    [InlineData("{\"prompt\":\"a\",\"prompt\":\"b\"}", "invalid_json", null)]
    [InlineData("{\"prompt\":\"\\ud800\"}", "invalid_json", null)]
    [InlineData("[]", "invalid_type", null)]
    [InlineData("{}", "missing_required_parameter", "prompt")]
    [InlineData("{\"prompt\":null}", "missing_required_parameter", "prompt")]
    [InlineData("{\"prompt\":\"  \"}", "invalid_value", "prompt")]
    [InlineData("{\"prompt\":\"a\\u0000b\"}", "invalid_value", "prompt")]
    [InlineData("{\"prompt\":7}", "invalid_type", "prompt")]
    [InlineData("{\"prompt\":\"a\",\"colour\":1}", "unknown_parameter", "colour")]
    [InlineData("{\"prompt\":\"a\",\"n\":0}", "invalid_value", "n")]
    [InlineData("{\"prompt\":\"a\",\"n\":11}", "invalid_value", "n")]
    [InlineData("{\"prompt\":\"a\",\"n\":1.5}", "invalid_value", "n")]
    [InlineData("{\"prompt\":\"a\",\"n\":\"2\"}", "invalid_type", "n")]
    [InlineData("{\"prompt\":\"a\",\"seed\":-1}", "invalid_value", "seed")]
    [InlineData("{\"prompt\":\"a\",\"seed\":18446744073709551616}", "invalid_value", "seed")]
    [InlineData("{\"prompt\":\"a\",\"size\":\"1024\"}", "invalid_value", "size")]
    [InlineData("{\"prompt\":\"a\",\"size\":\"64x1024\"}", "invalid_value", "size")]
    [InlineData("{\"prompt\":\"a\",\"size\":\"1000x1000\"}", "invalid_value", "size")]
    [InlineData("{\"prompt\":\"a\",\"size\":\"2112x1024\"}", "invalid_value", "size")]
    [InlineData("{\"prompt\":\"a\",\"size\":1024}", "invalid_type", "size")]
    [InlineData("{\"prompt\":\"a\",\"steps\":1}", "invalid_value", "steps")]
    [InlineData("{\"prompt\":\"a\",\"steps\":1001}", "invalid_value", "steps")]
    [InlineData("{\"prompt\":\"a\",\"guidance\":0.5}", "invalid_value", "guidance")]
    [InlineData("{\"prompt\":\"a\",\"guidance\":1e99}", "invalid_value", "guidance")]
    [InlineData("{\"prompt\":\"a\",\"negative_prompt\":[]}", "invalid_type", "negative_prompt")]
    [InlineData("{\"prompt\":\"a\",\"priority\":\"urgent\"}", "invalid_value", "priority")]
    [InlineData("{\"prompt\":\"a\",\"deadline\":\"tomorrow\"}", "invalid_value", "deadline")]
    [InlineData("{\"prompt\":\"a\",\"deadline\":\"2020-01-01T00:00:00Z\"}", "invalid_value", "deadline")]
    [InlineData("{\"prompt\":\"a\",\"deadline\":\"2999-01-01T00:00:00Z\"}", "invalid_value", "deadline")]
    [InlineData("{\"prompt\":\"a\",\"deadline\":\"2999-01-01T00:00:00\"}", "invalid_value", "deadline")]
    [InlineData("{\"prompt\":\"a\",\"metadata\":\"x\"}", "invalid_type", "metadata")]
    [InlineData("{\"prompt\":\"a\",\"metadata\":{\"x\":1}}", "invalid_type", "metadata.x")]
    public async Task What_is_wrong_is_named(string body, string code, string? parameter)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.PostAsync(body);

        JsonObject error = await ReadErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal(code, (string?)error["code"]);
        Assert.Equal(parameter, (string?)error["param"]);
        Assert.Equal("invalid_request_error", (string?)error["type"]);
        Assert.DoesNotContain("\n", (string)error["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The body is empty; it has to be a JSON object.")]
    [InlineData("{prompt: 1}", "(line 1, byte 2)")]
    [InlineData("{\n  'prompt'}", "(line 2, byte 3)")]
    public async Task Where_a_body_is_no_JSON_is_said_as_people_count(string body, string part)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.PostAsync(body);
        string message = (string)(await ReadErrorAsync(response, HttpStatusCode.BadRequest))["message"]!;
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_that_nobody_gave_is_a_number_that_every_client_reads()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage response = await client.PostAsync("{\"prompt\":\"a fox\"}");
            ulong seed = (ulong)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["seed"]!;
            Assert.InRange(seed, 0UL, 1UL << 53);
        }
    }

    [Fact]
    public async Task Too_many_or_too_long_entries_are_refused()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        string many = string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"k{i}\":\"v\""));
        foreach ((string body, string parameter) in new[]
        {
            ($$"""{"prompt":"a","metadata":{ {{many}} } }""", "metadata"),
            ($$"""{"prompt":"a","metadata":{"k":"{{new string('v', 513)}}"} }""", "metadata.k"),
            ($$"""{"prompt":"{{new string('a', 2001)}}"}""", "prompt"),
        })
        {
            using HttpResponseMessage response = await client.PostAsync(body);
            JsonObject error = await ReadErrorAsync(response, HttpStatusCode.BadRequest);
            Assert.Equal(parameter, (string?)error["param"]);
        }
    }

    [Fact]
    public async Task Everything_that_can_be_asked_for_comes_back_and_reaches_the_stages()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        DateTimeOffset deadline = new(shared.Gateway.Services.GetTime().GetUtcNow().AddMinutes(20).UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        using HttpResponseMessage response = await client.PostAsync($$"""
            {"prompt":"a red star","n":3,"seed":18446744073709551615,"size":"768x256","steps":20,"guidance":4.5,"adapter":"red","negative_prompt":"blue",
             "priority":"batch","deadline":"{{deadline:yyyy-MM-ddTHH:mm:ssZ}}","metadata":{"order":"17"} }
            """);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        JsonObject view = (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        Assert.Equal($"/v1/jobs/{view["id"]}", response.Headers.Location?.ToString());
        Assert.Equal(("queued", "batch", 3, ulong.MaxValue, "768x256"), ((string)view["status"]!, (string)view["priority"]!, (int)view["n"]!, (ulong)view["seed"]!, (string)view["size"]!));
        Assert.Equal(("17", deadline), ((string)view["metadata"]!["order"]!, (DateTimeOffset)view["deadline"]!));
        Guid id = Limner.Gateway.Jobs.JobId.Parse((string)view["id"]!)!.Value;
        await Eventually.TrueAsync(() => shared.Gateway.Stages.CountOf(id) > 0);
        JobDescription job = shared.Gateway.Stages.Submitted.First(seen => seen.JobId == id);
        Assert.Equal((client.Tenant, deadline), (job.Tenant, job.Deadline));
        Assert.Equal(("a red star", "blue", 3, ulong.MaxValue, 768, 256), (job.Request.Prompt, job.Request.NegativePrompt, job.Request.Candidates, job.Request.Seed, job.Request.Width, job.Request.Height));
        Assert.Equal((20, 4.5f, "red", "red"), (job.Request.Steps, job.Request.Guidance, job.Request.Adapter, (string?)view["adapter"]));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_with_a_length_and_without()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        string body = """{"prompt":"a red star"}""" + new string(' ', 16 << 20);
        using HttpResponseMessage known = await client.PostAsync(body);
        Assert.Equal("body_too_large", (string?)(await ReadErrorAsync(known, HttpStatusCode.RequestEntityTooLarge))["code"]);
        using HttpResponseMessage chunked = await SendInChunksAsync(client, body);
        Assert.Equal("body_too_large", (string?)(await ReadErrorAsync(chunked, HttpStatusCode.RequestEntityTooLarge))["code"]);
    }

    [Fact]
    public async Task A_body_that_does_not_say_its_length_may_be_as_long_as_pictures_in_it_need()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        foreach (int spaces in new[] { 0, 100, 65_000, 65_536, 200_000 })
        {
            using HttpResponseMessage accepted = await SendInChunksAsync(client, """{"prompt":"a red star"}""" + new string(' ', spaces));
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> SendInChunksAsync(GatewayClient client, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = GatewayClient.Json(body) };
        request.Headers.TransferEncodingChunked = true;
        return await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_body_that_does_not_say_it_is_json_is_415()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.Http.PostAsync("/v1/jobs", new StringContent("prompt=a", Encoding.UTF8, "application/x-www-form-urlencoded"), TestContext.Current.CancellationToken);

        Assert.Equal("unsupported_media_type", (string?)(await ReadErrorAsync(response, HttpStatusCode.UnsupportedMediaType))["code"]);
    }

    internal static async Task<JsonObject> ReadErrorAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.StartsWith("req_", response.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
        JsonObject envelope = (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        Assert.Equal(["error"], envelope.Select(pair => pair.Key));
        JsonObject error = envelope["error"]!.AsObject();
        Assert.Equal(["code", "message", "param", "type"], error.Select(pair => pair.Key).Order(StringComparer.Ordinal));
        return error;
    }
}
