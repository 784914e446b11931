using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Limner.Load.Deployments;

/// <summary>A caller of the API.</summary>
internal sealed class JobClient : IDisposable
{
    private readonly HttpClient _http;

    public JobClient(Uri gateway)
    {
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) }) { BaseAddress = gateway };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Deployment.Key);
    }

    /// <summary>The id of the accepted job.</summary>
    public async Task<string> SubmitAsync(JobRequest job)
    {
        using var content = new ByteArrayContent(job.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using HttpResponseMessage response = await _http.PostAsync(new Uri("v1/jobs", UriKind.Relative), content);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"A job was answered {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }

        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>Follows the job's events to the last one.</summary>
    public async Task WaitAsync(string id)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri($"v1/jobs/{id}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync() is { } line)
        {
            if (line is "event: job.completed")
            {
                return;
            }

            if (line is "event: job.failed" or "event: job.cancelled")
            {
                throw new InvalidOperationException($"Job {id} did not complete: {await lines.ReadLineAsync()}");
            }
        }

        throw new InvalidOperationException($"The events of job {id} ended before it did.");
    }

    public void Dispose() => _http.Dispose();
}
