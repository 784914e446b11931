using System.Net;
using System.Text.Json.Nodes;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;

namespace Limner.Gateway.Tests.Moderations;

public sealed class ModerationTests(SqliteGateway shared)
{
    [Theory]
    [InlineData("{\"input\":\"a cat\"}", "")]
    [InlineData("{\"input\":\"sexual minors\",\"model\":\"omni-moderation-latest\"}", "sexual sexual/minors")]
    [InlineData("{\"input\":[{\"type\":\"text\",\"text\":\"violence\"},{\"type\":\"text\",\"text\":\"living_artists\"}]}", "violence living_artists")]
    public async Task A_text_is_judged_in_OpenAIs_categories(string body, string flagged)
    {
        JsonObject view = await GatewayClient.ReadAsync(await PostAsync(body));

        Assert.Equal(["id", "model", "results"], view.Select(field => field.Key));
        Assert.Equal("limner-policy-2026-11", (string)view["model"]!);
        JsonObject result = view["results"]!.AsArray().Single()!.AsObject();
        Assert.Equal(["flagged", "categories", "category_scores", "category_applied_input_types"], result.Select(field => field.Key));
        Assert.Equal(flagged.Length > 0, (bool)result["flagged"]!);
        Assert.Equal(flagged.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), result["categories"]!.AsObject().Where(pair => (bool)pair.Value!).Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.All(result["categories"]!.AsObject(), pair => Assert.Equal((bool)pair.Value! ? 1.0 : 0.0, (double)result["category_scores"]![pair.Key]!));
        Assert.Superset(
            new HashSet<string> { "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm", "self-harm/intent", "self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic" },
            result["categories"]!.AsObject().Select(pair => pair.Key).ToHashSet());
    }

    [Fact]
    public async Task Several_texts_have_a_result_each()
    {
        JsonObject view = await GatewayClient.ReadAsync(await PostAsync("""{"input":["a cat","violence"]}"""));
        Assert.Equal([false, true], view["results"]!.AsArray().Select(result => (bool)result!["flagged"]!));
    }

    [Fact]
    public async Task What_cannot_be_judged_is_not_harmless()
    {
        using HttpResponseMessage response = await PostAsync($$"""{"input":"{{Stages.Poison}}"}""");
        JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("moderation_unavailable", (string)error["code"]!);
        Assert.DoesNotContain("hunter2", error.ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("{}", "missing_required_parameter")]
    [InlineData("{\"input\":7}", "invalid_type")]
    [InlineData("{\"input\":[]}", "invalid_value")]
    [InlineData("{\"input\":[\"a\",1]}", "invalid_type")]
    [InlineData("{\"input\":[{\"text\":\"a\"}]}", "invalid_type")]
    [InlineData("{\"input\":[{\"type\":\"text\"}]}", "invalid_value")]
    [InlineData("{\"input\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://169.254.169.254/\"}}]}", "operation_not_supported")]
    [InlineData("{\"input\":\"a\",\"model\":\"gpt-9\"}", "invalid_value")]
    [InlineData("{\"input\":\"\\ud800\"}", "invalid_json")]
    public async Task What_is_wrong_is_named(string body, string code)
    {
        using HttpResponseMessage response = await PostAsync(body);
        Assert.Equal(code, (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest))["code"]!);
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        return await client.Http.PostAsync("/v1/moderations", GatewayClient.Json(body), TestContext.Current.CancellationToken);
    }
}
