using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Files;
using Limner.Gateway.Tests.Sources;
using Limner.Gateway.Tests.Uploads;

namespace Limner.Gateway.Tests.Batches;

/// <summary>What a tenant does with batches, over HTTP.</summary>
internal static class BatchClient
{
    public const string Jobs = "/v1/jobs";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string Line(string id, string body = """{"prompt":"a red star","size":"64x64"}""", string url = Jobs) =>
        $$"""{"custom_id":"{{id}}","method":"POST","url":"{{url}}","body":{{body}}}""";

    public static string[] Lines(int count, string prompt = "a red star") =>
        [.. Enumerable.Range(1, count).Select(i => Line($"r{i}", $$"""{"prompt":"{{prompt}}","size":"64x64","seed":{{i}}}"""))];

    /// <summary>Lines that each bring a picture.</summary>
    public static string[] PictureLines(int count)
    {
        string body = $$"""{"operation":"variation","image":"{{SourceTests.DataUrl(TestPictures.Png(64, 64))}}","size":"64x64"}""";
        return [.. Enumerable.Range(1, count).Select(i => Line($"r{i}", body))];
    }

    public static async Task<HttpResponseMessage> PostBatchAsync(this GatewayClient client, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batches") { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.Http.SendAsync(request, Cancellation);
    }

    public static object Request(string file, string endpoint = Jobs) => new { input_file_id = file, endpoint, completion_window = "24h" };

    /// <returns>The id of a batch of these lines.</returns>
    public static Task<string> StartBatchAsync(this GatewayClient client, params string[] lines) => client.StartBatchAtAsync(Jobs, lines);

    public static async Task<string> StartBatchAtAsync(this GatewayClient client, string endpoint, params string[] lines) =>
        (string)(await GatewayClient.ReadAsync(await client.PostBatchAsync(Request(await client.UploadAsync(lines), endpoint))))["id"]!;

    public static async Task<JsonObject> GetBatchAsync(this GatewayClient client, string id) => await GatewayClient.ReadAsync(await client.Http.GetAsync($"/v1/batches/{id}", Cancellation));

    public static async Task<JsonObject> CancelBatchAsync(this GatewayClient client, string id) =>
        await GatewayClient.ReadAsync(await client.Http.PostAsync($"/v1/batches/{id}/cancel", null, Cancellation));

    public static async Task<JsonObject> WaitBatchAsync(this GatewayClient client, string id, string status, TimeSpan? most = null)
    {
        JsonObject? view = null;
        await Eventually.TrueAsync(async () =>
        {
            view = await client.GetBatchAsync(id);
            string now = (string)view["status"]!;
            Assert.True(now == status || now is "validating" or "in_progress" or "finalizing" or "cancelling", $"The batch is {now}, not {status}: {view}");
            return now == status;
        }, most);
        return view!;
    }

    public static (int Total, int Completed, int Failed) Counts(JsonObject batch) =>
        ((int)batch["request_counts"]!["total"]!, (int)batch["request_counts"]!["completed"]!, (int)batch["request_counts"]!["failed"]!);

    /// <summary>Both files of a batch that is over, after a look that every line has exactly one result and the counts are theirs.</summary>
    public static async Task<(JsonObject[] Output, JsonObject[] Errors)> ResultsAsync(this GatewayClient client, JsonObject batch, int lines)
    {
        JsonObject[] output = await client.LinesAsync(batch["output_file_id"]), errors = await client.LinesAsync(batch["error_file_id"]);
        string[] ids = [.. output.Concat(errors).Select(line => (string)line["custom_id"]!)];
        Assert.Equal(Enumerable.Range(1, lines).Select(i => $"r{i}").Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
        Assert.Equal((lines, output.Length, errors.Length), Counts(batch));
        Assert.All(output.Concat(errors), line => Assert.Equal(["id", "custom_id", "response", "error"], line.Select(field => field.Key)));
        return (output, errors);
    }
}
