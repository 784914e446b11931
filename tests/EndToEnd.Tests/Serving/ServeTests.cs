using System.Net;
using System.Text.Json;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>The four services in one process, over HTTP.</summary>
public sealed class ServeTests(SharedLimner shared) : IClassFixture<SharedLimner>
{
    private static readonly object LongJob = new { prompt = "a red fox", n = 10, steps = 900 };

    private readonly JobClient _client = shared.Limner.Client;

    [Fact]
    public async Task A_job_is_told_step_by_step_and_its_pictures_are_those_of_generate()
    {
        // Progress is told, and previews are drawn, for those who listen: the job waits until somebody does.
        Backlog others = await _client.OccupyAsync();
        string job = await _client.SubmitAsync(new { prompt = "a red fox", n = 2, seed = 7, steps = 200, negative_prompt = "a dog", guidance = 2.5 });

        IReadOnlyList<ServerSentEvent> events = await _client.WatchToEndAsync(job, others.CallOffAsync);

        ServerSentEvent[] kept = [.. events.Where(told => told.Id is not null)];
        Assert.Equal(["job.queued", "job.running", "candidate.approved", "candidate.approved", "job.completed"], kept.Select(told => told.Name));
        Assert.Equal(["1", "2", "3", "4", "5"], kept.Select(told => told.Id));
        Assert.Equal("job.completed", events[^1].Name);
        string[] stages = [.. events.Where(told => told.Name == "progress").Select(told => told.Data.GetProperty("stage").GetString()!).Distinct()];
        Assert.Equal(["encoding", "decoding"], stages);
        Assert.Contains(events, told => told.Name == "progress" && told.Data.GetProperty("preview").ValueKind == JsonValueKind.String);

        using var folder = new TemporaryFolder();
        LimnerProcess.Result generated = LimnerProcess.Run(folder,
            "generate", "a red fox", "-n", "2", "--seed", "7", "--steps", "200", "--negative", "a dog", "--guidance", "2.5", "--model", ServingLimner.LatentModel, "--provider", "cpu", "--out", "out");
        Assert.True(generated.Code == 0, generated.Error);
        for (int candidate = 0; candidate < 2; candidate++)
        {
            Assert.Equal(File.ReadAllBytes(folder.At($"out/seed7-{candidate + 1}.png")), await _client.DownloadAsync(job, candidate));
        }
    }

    [Fact]
    public async Task A_watcher_who_comes_back_is_told_the_rest()
    {
        string job = await _client.SubmitAsync(new { prompt = "a red fox", steps = 2, size = "64x64" });
        IReadOnlyList<ServerSentEvent> all = await _client.WatchToEndAsync(job);
        int last = all.Count(told => told.Id is not null);

        var rest = new List<string>();
        await foreach (ServerSentEvent told in _client.WatchAsync(job, last - 1))
        {
            rest.Add(told.Name);
        }

        Assert.Equal(["job.completed"], rest);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/jobs/{job}/events");
        request.Headers.Add("Last-Event-ID", $"{last}");
        using HttpResponseMessage response = await _client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task A_cancelled_job_leaves_its_slots_to_the_next()
    {
        string job = await _client.SubmitAsync(LongJob);
        var told = new List<string>();
        await foreach (ServerSentEvent next in _client.WatchAsync(job))
        {
            told.Add(next.Name);
            if (told.Count(name => name == "progress") == 3 && next.Name == "progress")
            {
                using HttpResponseMessage cancelled = await _client.Http.DeleteAsync(new Uri($"v1/jobs/{job}", UriKind.Relative), TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
            }
        }

        Assert.Equal("job.cancelled", told[^1]);
        Assert.Equal("cancelled", (await _client.GetAsync(job)).GetProperty("status").GetString());
        // 9,000 steps would take far longer than the client waits: the slots are free.
        string following = await _client.SubmitAsync(new { prompt = "a blue house", steps = 2, size = "64x64" });
        Assert.Equal("job.completed", (await _client.WatchToEndAsync(following))[^1].Name);
    }

    [Fact]
    public async Task A_prompt_against_the_policy_fails_with_its_category()
    {
        string job = await _client.SubmitAsync(new { prompt = "a nude woman" });
        Assert.Equal("job.failed", (await _client.WatchToEndAsync(job))[^1].Name);
        JsonElement error = (await _client.GetAsync(job)).GetProperty("error");
        Assert.Equal("content_policy_violation", error.GetProperty("code").GetString());
        Assert.Equal("sexual", error.GetProperty("category").GetString());
    }

    [Theory]
    [InlineData("POST", "v1/jobs", "{\"prompt\":\"a fox\",\"colour\":\"red\"}", 400, "colour")]
    [InlineData("POST", "v1/jobs", "{\"prompt\":7}", 400, "prompt")]
    [InlineData("POST", "v1/jobs", "{\"prompt\":\"a fox\",\"size\":\"77x77\"}", 400, "size")]
    [InlineData("POST", "v1/jobs", "{\"prompt\":", 400, null)]
    [InlineData("GET", "v1/jobs/job_00000000000000000000000000000000", null, 404, "id")]
    [InlineData("GET", "v1/images/img_00000000000000000000000000000000_0", null, 404, "id")]
    [InlineData("GET", "v2/nothing", null, 404, null)]
    [InlineData("PUT", "v1/jobs", "{}", 405, null)]
    public async Task What_is_wrong_is_said_in_one_envelope(string method, string path, string? body, int status, string? parameter)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage response = await _client.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        await AssertEnvelopeAsync(response, parameter);
    }

    [Fact]
    public async Task Nobody_is_let_in_without_a_key()
    {
        using var stranger = new HttpClient { BaseAddress = _client.Http.BaseAddress };
        using HttpResponseMessage response = await stranger.GetAsync(new Uri("v1/jobs", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        await AssertEnvelopeAsync(response, null);
    }

    private static async Task AssertEnvelopeAsync(HttpResponseMessage response, string? parameter)
    {
        Assert.NotEmpty(Assert.Single(response.Headers.GetValues("x-request-id")));
        JsonElement error = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error");
        Assert.Equal(["type", "message", "param", "code"], error.EnumerateObject().Select(property => property.Name));
        Assert.Equal(parameter, error.GetProperty("param").GetString());
        Assert.NotEmpty(error.GetProperty("code").GetString()!);
    }
}
