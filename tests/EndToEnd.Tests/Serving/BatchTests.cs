using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>A batch on the real engine, killed half-way.</summary>
public sealed class BatchTests
{
    private const int Lines = 40;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_kill_in_the_middle_of_a_batch_loses_no_line_and_draws_none_twice()
    {
        using var folder = new TemporaryFolder();
        string key, batch;
        using (ServingLimner first = await ServingLimner.StartAsync(folder, null, ("Batches__Window", "10")))
        {
            key = first.Key!;
            batch = await StartAsync(first.Client);
            await UntilAsync(first.Client, batch, seen => Count(seen, "completed") >= 12);
            await first.KillAsync();
        }

        using ServingLimner second = await ServingLimner.StartAsync(folder, key, ("Batches__Window", "10"));
        JsonElement done = await UntilAsync(second.Client, batch, seen => seen.GetProperty("status").GetString() == "completed");

        Assert.Equal((Lines, Lines, 0), (Count(done, "total"), Count(done, "completed"), Count(done, "failed")));
        string content = await second.Client.Http.GetStringAsync(new Uri($"v1/files/{done.GetProperty("output_file_id").GetString()}/content", UriKind.Relative), TestContext.Current.CancellationToken);
        JsonElement[] results = [.. content.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(Enumerable.Range(0, Lines).Select(i => $"line-{i}"), results.Select(result => result.GetProperty("custom_id").GetString()));
        JsonElement[] jobs = [.. results.Select(result => result.GetProperty("response").GetProperty("body"))];
        Assert.Equal(Lines, jobs.Select(job => job.GetProperty("id").GetString()).Distinct().Count());
        // Equal requests have equal pictures, before the kill and after it.
        Assert.Equal(4, jobs.Select(job => job.GetProperty("images")[0].GetProperty("sha256").GetString()).Distinct().Count());
        JsonElement all = await second.Client.Http.GetFromJsonAsync<JsonElement>("v1/jobs?limit=100", TestContext.Current.CancellationToken);
        Assert.Equal(Lines, all.GetProperty("data").GetArrayLength());
    }

    private static async Task<string> StartAsync(JobClient client)
    {
        IEnumerable<string> lines = Enumerable.Range(0, Lines).Select(i => JsonSerializer.Serialize(
            new { custom_id = $"line-{i}", method = "POST", url = "/v1/jobs", body = new { prompt = "a red fox", seed = i % 4, steps = 10, size = "64x64" } }));
        using var file = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/jsonl");
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { file, "file", "night.jsonl" } };
        using HttpResponseMessage uploaded = await client.Http.PostAsync(new Uri("v1/files", UriKind.Relative), form, TestContext.Current.CancellationToken);
        string id = (await uploaded.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("id").GetString()!;
        using HttpResponseMessage begun = await client.Http.PostAsJsonAsync("v1/batches", new { input_file_id = id, endpoint = "/v1/jobs", completion_window = "24h" }, TestContext.Current.CancellationToken);
        return (await begun.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("id").GetString()!;
    }

    private static int Count(JsonElement batch, string name) => batch.GetProperty("request_counts").GetProperty(name).GetInt32();

    private static async Task<JsonElement> UntilAsync(JobClient client, string batch, Func<JsonElement, bool> reached)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (true)
        {
            JsonElement seen = await client.Http.GetFromJsonAsync<JsonElement>($"v1/batches/{batch}", limit.Token);
            if (reached(seen))
            {
                return seen;
            }

            await Task.Delay(Pause, TimeProvider.System, limit.Token);
        }
    }
}
