using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Limner.Faults.Tests.Histories;

namespace Limner.Faults.Tests.Workload;

/// <summary>Callers who do what ours are told to: send an idempotency key, and try again for as long as there is no answer or it is 429 or 503.</summary>
internal sealed class Caller(IReadOnlyList<HttpClient> gateways, History history, TimeProvider time)
{
    private const int AtOnce = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentBag<SubmittedJob> _submitted = [];

    public IReadOnlyList<SubmittedJob> Submitted => [.. _submitted];

    public Task RunAsync(IEnumerable<PlannedJob> jobs) =>
        Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (job, _) => await RunAsync(job));

    /// <summary>Submits a job once more under the key of its first time; the job that comes back.</summary>
    public Task<Guid?> SubmitAgainAsync(PlannedJob job) => SubmitAsync(job);

    private async Task RunAsync(PlannedJob job)
    {
        Guid? id = await SubmitAsync(job);
        _submitted.Add(new SubmittedJob(job.Number, job.Request.Name, id, job.CancelAfter is not null, job.Deadline is not null, job.Request.IsForbidden));
        if (id is { } accepted && job.CancelAfter is { } wait)
        {
            await Task.Delay(wait, time, CancellationToken.None);
            JsonElement? cancelled = await AskAsync(job.Number, () => new HttpRequestMessage(HttpMethod.Delete, $"v1/jobs/job_{accepted:N}"), HttpStatusCode.OK);
            history.Add($"job {job.Number} cancelled: {cancelled?.GetProperty("status").GetString()}");
        }
    }

    private async Task<Guid?> SubmitAsync(PlannedJob job)
    {
        JsonElement? reply = await AskAsync(job.Number, () => new HttpRequestMessage(HttpMethod.Post, "v1/jobs")
        {
            Headers = { { "Idempotency-Key", $"job-{job.Number}" } },
            Content = new StringContent(job.Body, Encoding.UTF8, "application/json"),
        }, HttpStatusCode.Accepted, mayBeLate: job.Deadline is not null);
        if (reply?.GetProperty("id").GetString() is not { } id)
        {
            history.Add($"job {job.Number} was too late to be accepted");
            return null;
        }

        history.Add($"job {job.Number} ({job.Request.Name}) accepted as {id}");
        return Guid.ParseExact(id["job_".Length..], "N");
    }

    /// <returns>The reply; null if it was refused because its deadline had passed.</returns>
    private async Task<JsonElement?> AskAsync(int number, Func<HttpRequestMessage> ask, HttpStatusCode expected, bool mayBeLate = false)
    {
        long started = time.GetTimestamp();
        for (int attempt = number & 1; ; attempt++)
        {
            string problem;
            try
            {
                using HttpRequestMessage request = ask();
                using HttpResponseMessage response = await gateways[attempt % gateways.Count].SendAsync(request, CancellationToken.None);
                if (response.StatusCode == expected)
                {
                    return await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None);
                }

                problem = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(CancellationToken.None)}";
                if (mayBeLate && response.StatusCode == HttpStatusCode.BadRequest && problem.Contains("\"deadline\"", StringComparison.Ordinal))
                {
                    return null;
                }

                if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
                {
                    history.Blame($"job {number} was answered {problem}");
                }
                else if (response.Headers.RetryAfter is null)
                {
                    history.Blame($"job {number} was answered {(int)response.StatusCode} without Retry-After");
                }
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
            {
                // The Gateway went away before, during or after; only asking again tells.
                problem = lost.Message;
            }

            if (time.GetElapsedTime(started) > Patience)
            {
                history.Blame($"job {number} found no answer for {Patience.TotalSeconds} s; the last was: {problem}");
                return null;
            }

            await Task.Delay(Pause, time, CancellationToken.None);
        }
    }
}
