using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>A caller of the API.</summary>
internal sealed class JobClient : IDisposable
{
    public JobClient(Uri address, string key)
    {
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(4) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public HttpClient Http { get; }

    /// <summary>Submits a job; its id.</summary>
    public async Task<string> SubmitAsync(object job)
    {
        using var body = JsonContent.Create(job);
        await body.LoadIntoBufferAsync(TestContext.Current.CancellationToken); // with a length it may be as long as pictures in it need
        using HttpResponseMessage response = await Http.PostAsync(new Uri("v1/jobs", UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == 202, $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        JsonElement accepted = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        string id = accepted.GetProperty("id").GetString()!;
        Assert.Equal($"/v1/jobs/{id}", response.Headers.Location?.ToString());
        return id;
    }

    public Task<JsonElement> GetAsync(string job) => Http.GetFromJsonAsync<JsonElement>($"v1/jobs/{job}", TestContext.Current.CancellationToken);

    public Task<byte[]> DownloadAsync(string job, int candidate) =>
        Http.GetByteArrayAsync(new Uri($"v1/images/{job.Replace("job_", "img_", StringComparison.Ordinal)}_{candidate}", UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>The job's events as they come, after the one with the id <paramref name="after"/>.</summary>
    public async IAsyncEnumerable<ServerSentEvent> WatchAsync(string job, int? after = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/jobs/{job}/events");
        if (after is { } last)
        {
            request.Headers.Add("Last-Event-ID", $"{last}");
        }

        using HttpResponseMessage response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var fields = new Dictionary<string, string>();
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Length == 0 && fields.TryGetValue("event", out string? name))
            {
                yield return new ServerSentEvent(fields.GetValueOrDefault("id"), name, JsonSerializer.Deserialize<JsonElement>(fields["data"]));
                fields.Clear();
            }
            else if (line.Split(": ", 2) is [{ Length: > 0 } field, var value])
            {
                fields[field] = value;
            }
        }
    }

    /// <summary>All events of a job, to its end.</summary>
    /// <param name="job">The job.</param>
    /// <param name="watching">Done when the first event has come.</param>
    public async Task<IReadOnlyList<ServerSentEvent>> WatchToEndAsync(string job, Func<Task>? watching = null)
    {
        var events = new List<ServerSentEvent>();
        await foreach (ServerSentEvent told in WatchAsync(job))
        {
            events.Add(told);
            if (events.Count == 1 && watching is not null)
            {
                await watching();
            }
        }

        return events;
    }

    /// <summary>Keeps the service busy: what is submitted after this waits until it is called off.</summary>
    public async Task<Backlog> OccupyAsync()
    {
        var jobs = new List<string>();
        for (int job = 0; job < 4; job++)
        {
            jobs.Add(await SubmitAsync(new { prompt = "a red fox", n = 10, steps = 900 }));
        }

        return new Backlog(this, jobs);
    }

    public async Task CancelAsync(string job) =>
        (await Http.DeleteAsync(new Uri($"v1/jobs/{job}", UriKind.Relative), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode().Dispose();

    public void Dispose() => Http.Dispose();
}

/// <summary>Long jobs ahead of all others.</summary>
internal sealed class Backlog(JobClient client, IReadOnlyList<string> jobs)
{
    public async Task CallOffAsync()
    {
        foreach (string job in jobs)
        {
            await client.CancelAsync(job);
        }
    }
}

/// <summary>One event of a stream; progress has no id.</summary>
internal sealed record ServerSentEvent(string? Id, string Name, JsonElement Data);
