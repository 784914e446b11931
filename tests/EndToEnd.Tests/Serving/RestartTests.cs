using System.Text.Json;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>What was accepted is done, whatever happens to the process in between.</summary>
public sealed class RestartTests
{
    private const int Jobs = 12;

    [Fact]
    public async Task Jobs_that_wait_when_it_is_told_to_stop_are_done_after_the_next_start()
    {
        using var folder = new TemporaryFolder();
        string key;
        string[] jobs;
        using (ServingLimner first = await ServingLimner.StartAsync(folder))
        {
            Assert.True(first.PrintedKey);
            key = first.Key!;
            jobs = await SubmitAsync(first);
            Assert.Equal(0, await first.TerminateAsync());
        }

        using ServingLimner second = await ServingLimner.StartAsync(folder, key);
        Assert.False(second.PrintedKey);
        await AssertDoneAsync(second, jobs);
    }

    [Fact]
    public async Task It_says_that_it_stops_and_shows_no_stack_traces_of_what_it_hands_back()
    {
        using var folder = new TemporaryFolder();
        using ServingLimner limner = await ServingLimner.StartAsync(folder, null, ("Shutdown__GraceSeconds", "3"));
        string job = await limner.Client.SubmitAsync(new { prompt = "a red fox", n = 10, steps = 1000 });
        await foreach (ServerSentEvent told in limner.Client.WatchAsync(job))
        {
            if (told.Name == "progress")
            {
                break;
            }
        }

        Assert.Equal(0, await limner.TerminateAsync());

        Assert.Contains("Stopping: what is being drawn has up to 3 s", limner.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", limner.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kill_loses_nothing_and_does_nothing_twice()
    {
        using var folder = new TemporaryFolder();
        string key;
        string[] jobs;
        using (ServingLimner first = await ServingLimner.StartAsync(folder))
        {
            key = first.Key!;
            jobs = await SubmitAsync(first);
            await first.Client.WatchToEndAsync(jobs[0]);
            await first.KillAsync();
        }

        using ServingLimner second = await ServingLimner.StartAsync(folder, key);
        await AssertDoneAsync(second, jobs);
    }

    // Enough that some wait, some are under way and some are done when it ends.
    private static async Task<string[]> SubmitAsync(ServingLimner limner)
    {
        var jobs = new List<string>();
        for (int i = 0; i < Jobs; i++)
        {
            jobs.Add(await limner.Client.SubmitAsync(new { prompt = "a red fox", seed = i % 2, n = 2, steps = 10, size = "64x64" }));
        }

        return [.. jobs];
    }

    private static async Task AssertDoneAsync(ServingLimner limner, string[] jobs)
    {
        foreach (string job in jobs)
        {
            string[] told = [.. (await limner.Client.WatchToEndAsync(job)).Where(told => told.Id is not null).Select(told => told.Name)];
            Assert.Equal(["job.queued", "job.running", "candidate.approved", "candidate.approved", "job.completed"], told);
        }

        // Equal requests have equal pictures, whether they were drawn before, across or after the restart.
        var digests = new Dictionary<string, string>();
        foreach (string job in jobs)
        {
            JsonElement done = await limner.Client.GetAsync(job);
            foreach (JsonElement image in done.GetProperty("images").EnumerateArray())
            {
                string name = $"{done.GetProperty("seed")}-{image.GetProperty("candidate")}";
                string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await limner.Client.DownloadAsync(job, image.GetProperty("candidate").GetInt32())));
                Assert.Equal(image.GetProperty("sha256").GetString(), digest);
                Assert.True(digests.TryAdd(name, digest) || digests[name] == digest, $"candidate {name} of {job} is another picture than before");
            }
        }

        Assert.Equal(4, digests.Values.Distinct().Count());
    }
}
