using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using Limner.Gateway.Errors;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;

namespace Limner.Gateway.Tests.Errors;

public sealed class EnvelopeTests(SqliteGateway shared)
{
    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound, "route_not_found")]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound, "route_not_found")]
    [InlineData("PUT", "/v1/jobs", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    public async Task What_does_not_exist_is_said_in_the_same_shape(string method, string path, HttpStatusCode status, string code)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestContext.Current.CancellationToken);

        Assert.Equal(code, (string?)(await SubmissionTests.ReadErrorAsync(response, status))["code"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Basic abc")]
    [InlineData("Bearer lmn_short")]
    [InlineData("Bearer lmn_0123456789012345678901234567890123456789")]
    [InlineData("Bearer somebody-elses-key-0123456789012345678901234")]
    public async Task Without_a_key_that_is_known_nothing_is_shown(string? header)
    {
        using var client = new HttpClient { BaseAddress = shared.Gateway.Address };
        if (header is not null)
        {
            client.DefaultRequestHeaders.Add("Authorization", header);
        }

        foreach (string path in new[] { "/v1/jobs", "/v1/jobs/job_x", "/v1/images/img_x", "/v1/jobs/job_x/events" })
        {
            using HttpResponseMessage response = await client.GetAsync(path, TestContext.Current.CancellationToken);
            JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.Unauthorized);
            Assert.Equal(("invalid_api_key", "authentication_error"), ((string)error["code"]!, (string)error["type"]!));
        }
    }

    [Fact]
    public async Task Health_needs_no_key()
    {
        using var client = new HttpClient { BaseAddress = shared.Gateway.Address };
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode);
        await Eventually.TrueAsync(async () => (await client.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("{\"#\":1}", HttpStatusCode.BadRequest, "unknown_parameter")]
    [InlineData("{\"prompt\":\"a\",\"metadata\":{\"#\":1}}", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("{\"operation\":\"variation\",\"image\":\"img_#\"}", HttpStatusCode.NotFound, "file_not_found")]
    public async Task An_error_repeats_no_more_of_a_request_than_tells_what_is_meant(string body, HttpStatusCode status, string code)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        // Whoever reads his answers slowly would keep them all in memory.
        using HttpResponseMessage response = await client.PostAsync(body.Replace("#", new string('x', 1 << 20), StringComparison.Ordinal));
        Assert.InRange((await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length, 0, 4096);
        JsonObject error = await SubmissionTests.ReadErrorAsync(response, status);
        Assert.Equal(code, (string?)error["code"]);
        Assert.EndsWith(".", (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_code_is_documented()
    {
        string document = File.ReadAllText(Path.Combine(Root(), "docs", "errors.md"));
        string[] codes = [.. typeof(ErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

        Assert.True(codes.Length > 15);
        Assert.DoesNotContain(codes, code => !document.Contains($"| `{code}` |", StringComparison.Ordinal));
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Limner.slnx")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
