using System.Net;
using System.Net.Http.Json;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>The disk with the pictures fills up: what was accepted waits for room, and nothing new is accepted meanwhile.</summary>
public sealed class FullDiskTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Accepted_jobs_wait_for_room_and_new_ones_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(folder, "images", "size=1m");
        using ServingLimner limner = await ServingLimner.StartAsync(folder, null, ("Storage__Path", disk.Path));
        string before = await limner.Client.SubmitAsync(Job(0));
        await limner.Client.WatchToEndAsync(before);

        // 1. Work is under way when the disk fills up
        string[] waiting = [await limner.Client.SubmitAsync(Job(1)), await limner.Client.SubmitAsync(Job(2))];
        string ballast = Path.Combine(disk.Path, ".ballast");
        Fill(ballast);
        await UntilAsync(async stop =>
        {
            using HttpResponseMessage ready = await limner.Client.Http.GetAsync(new Uri("health/ready", UriKind.Relative), stop);
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable && (await ready.Content.ReadAsStringAsync(stop)).Contains("\"missing\":[\"object store\"]", StringComparison.Ordinal);
        });
        await UntilAsync(async stop =>
        {
            using HttpResponseMessage refused = await limner.Client.Http.PostAsJsonAsync("v1/jobs", Job(3), stop);
            return refused.StatusCode == HttpStatusCode.ServiceUnavailable && refused.Headers.RetryAfter is not null;
        });
        foreach (string job in waiting)
        {
            Assert.NotEqual("failed", (await limner.Client.GetAsync(job)).GetProperty("status").GetString());
        }

        // 2. There is room again
        File.Delete(ballast);
        foreach (string job in waiting)
        {
            Assert.Equal("job.completed", (await limner.Client.WatchToEndAsync(job))[^1].Name);
            Assert.NotEmpty(await limner.Client.DownloadAsync(job, 0));
        }
    }

    private static object Job(int seed) => new { prompt = "a red fox", seed, steps = 100, size = "128x128" };

    private static void Fill(string file)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                stream.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task UntilAsync(Func<CancellationToken, Task<bool>> reached)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (!await reached(limit.Token))
        {
            await Task.Delay(Pause, TimeProvider.System, limit.Token);
        }
    }
}
