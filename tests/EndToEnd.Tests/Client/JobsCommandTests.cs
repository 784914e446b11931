using System.Text.Json.Nodes;
using Limner.EndToEnd.Tests.Serving;

namespace Limner.EndToEnd.Tests.Client;

/// <summary><c>limner jobs</c> against a running service.</summary>
public sealed class JobsCommandTests(SharedLimner shared) : ServiceCommandTests(shared), IClassFixture<SharedLimner>
{
    [Fact]
    public async Task A_watch_whose_connection_breaks_tells_every_event_once_and_in_order()
    {
        Backlog others = await Limner.Client.OccupyAsync();
        string job = await Limner.Client.SubmitAsync(new { prompt = "a red fox", n = 10, steps = 900 });
        using var folder = new TemporaryFolder();
        using var proxy = new BreakingProxy(Limner.Client.Http.BaseAddress!, "candidate.approved");
        using LimnerProcess process = LimnerProcess.Start(folder, "jobs", "watch", job, "--json", "--server", proxy.Address, "--key", Limner.Key!);
        process.WaitForLine("a red fox");
        await others.CallOffAsync();
        process.WaitForLine("Trying again");
        LimnerProcess.Result result = process.Finish();

        Assert.True(result.Code == 0, result.Error);
        JsonNode[] events = [.. result.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!)];
        JsonNode[] kept = [.. events.Where(told => told["id"] is not null)];
        Assert.Equal(["job.queued", "job.running", .. Enumerable.Repeat("candidate.approved", 10), "job.completed"], kept.Select(told => (string?)told["event"]));
        Assert.Equal(Enumerable.Range(1, 13).Select(id => $"{id}"), kept.Select(told => (string?)told["id"]));
        Assert.Contains(events, told => (string?)told["event"] == "progress");
    }

    [Fact]
    public async Task Jobs_are_listed_shown_cancelled_and_retried()
    {
        string refused = await Limner.Client.SubmitAsync(new { prompt = "a nude woman" });
        await Limner.Client.WatchToEndAsync(refused);
        Backlog others = await Limner.Client.OccupyAsync();
        string waiting = await Limner.Client.SubmitAsync(new { prompt = "a long\u001b[31m one", n = 10, steps = 900 });

        string table = Run(0, "jobs", "list", "--limit", "2").Output;
        Assert.StartsWith("ID ", table, StringComparison.Ordinal);
        Assert.Contains(waiting, table, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', table);
        Assert.Equal(refused, (string?)JsonNode.Parse(Run(0, "jobs", "list", "--status", "failed", "--json").Output)!["data"]![0]!["id"]);

        string[] made = [(string)JsonNode.Parse(RunHere(0, "jobs", "get", refused, "--json").Output)!["created_at"]!, (string)JsonNode.Parse(RunHere(0, "jobs", "get", waiting, "--json").Output)!["created_at"]!];
        Assert.Equal([refused], Ids("--created-after", made[0], "--created-before", made[1], "--status", "failed"));
        Assert.Contains(waiting, Ids("--created-after", made[1]));
        Assert.DoesNotContain(refused, Ids("--created-after", made[1]));
        Assert.Empty(Ids("--created-before", "2001-01-01T00:00:00Z"));

        Assert.Equal(waiting, (string?)JsonNode.Parse(Run(0, "jobs", "get", waiting, "--json").Output)!["id"]);
        Assert.Matches("(?m)^reason +content_policy_violation: ", Run(0, "jobs", "get", refused).Output);
        Assert.Matches("(?m)^status +cancelled", Run(0, "jobs", "cancel", waiting).Output);
        await others.CallOffAsync();
        Assert.Contains("was cancelled", Run(6, "jobs", "watch", waiting).Error, StringComparison.Ordinal);
        Assert.Contains(" failed: ", Run(2, "jobs", "watch", refused).Error, StringComparison.Ordinal);
        Assert.NotEqual(refused, (string?)JsonNode.Parse(Run(0, "jobs", "retry", refused, "--json").Output)!["id"]);
        Assert.Contains("only a failed job can be retried", Run(2, "jobs", "retry", waiting).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no job 'job_0'.", "get", "job_0")]
    [InlineData("There is no job '..%2Fmodels'.", "get", "../models")]
    [InlineData("status is 'done'; it has to be ", "list", "--status", "done")]
    [InlineData("created_after is 'soon'; it has to be a time like 2030-01-31T12:00:00Z.", "list", "--created-after", "soon")]
    [InlineData("batch_id is 'job_0'; it has to be the id of a batch.", "list", "--batch", "job_0")]
    [InlineData("There is no job 'job_0'.", "download", "job_0")]
    [InlineData("--limit is '0'; it has to be a whole number from 1 to 100.", "list", "--limit", "0")]
    [InlineData("'--colour' is not understood; 'limner jobs list --help' lists the options.", "list", "--colour")]
    public void What_is_wrong_with_a_request_is_one_sentence_and_code_2(string sentence, params string[] arguments) =>
        Assert.Contains(sentence, RunHere(2, ["jobs", .. arguments]).Error, StringComparison.Ordinal);

    [Fact]
    public void A_key_that_is_not_known_is_code_6()
    {
        using var folder = new TemporaryFolder();
        string key = "lmn_nobody_has_this_key_0123456789";
        LimnerProcess.Result result = LimnerProcess.Run(folder, ["jobs", "list", .. Address, "--key", key]);
        Assert.Equal(6, result.Code);
        Assert.Contains("does not take the key", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pictures_of_a_job_are_fetched_as_generate_would_have_written_them()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result drawn = InProcess.Draw(folder, ["generate", "a red fox", "-n", "2", "--seed", "61", "--steps", "4", .. Service]);
        Assert.True(drawn.Code == 0, drawn.Error);
        string job = Ids("--limit", "100").First(id => (ulong)JsonNode.Parse(RunHere(0, "jobs", "get", id, "--json").Output)!["seed"]! == 61);

        string[] files = ["contact-sheet.png", "seed61-1.png", "seed61-2.png"];
        LimnerProcess.Result fetched = RunHere(0, "jobs", "download", job, "--out", folder.At("fetched"));
        Assert.Equal(files, folder.Files("fetched"));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(folder.At($"out/{file}")), File.ReadAllBytes(folder.At($"fetched/{file}"))));
        Assert.Equal(drawn.Output, fetched.Output.Replace(folder.At("fetched"), "out", StringComparison.Ordinal));
        Assert.Contains("2 pictures in ", fetched.Error, StringComparison.Ordinal);

        // Again, nothing new; and another file of that name stays.
        File.WriteAllText(folder.At("fetched/seed61-1.png"), "mine");
        JsonNode report = JsonNode.Parse(RunHere(0, "jobs", "download", job, "--out", folder.At("fetched"), "--json").Output)!;
        Assert.Equal(["contact-sheet.png", "seed61-1.png", "seed61-1_2.png", "seed61-2.png"], folder.Files("fetched"));
        Assert.Equal("mine", File.ReadAllText(folder.At("fetched/seed61-1.png")));
        Assert.Equal(("a red fox", 61UL, folder.At("fetched/seed61-1_2.png")), ((string?)report["requests"]![0]!["prompt"], (ulong)report["requests"]![0]!["seed"]!, (string?)report["requests"]![0]!["images"]![0]!["file"]));
    }

    [Fact]
    public async Task A_download_waits_for_a_job_and_leaves_it_when_it_is_stopped()
    {
        Backlog others = await Limner.Client.OccupyAsync();
        string job = await Limner.Client.SubmitAsync(new { prompt = "a red fox", n = 2, seed = 62, steps = 100 });
        using var folder = new TemporaryFolder();
        string[] download = ["jobs", "download", job, "--out", "out", .. Service];
        using (LimnerProcess stopped = LimnerProcess.Start(folder, download))
        {
            stopped.WaitForLine("a red fox (seed 62)");
            stopped.Signal("INT");
            Assert.Equal(130, stopped.Finish().Code);
        }

        using LimnerProcess process = LimnerProcess.Start(folder, download);
        process.WaitForLine("a red fox (seed 62)");
        await others.CallOffAsync();
        process.WaitForLine("decoding:");
        LimnerProcess.Result result = process.Finish();
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("out/seed62-1.png\nout/seed62-2.png\nout/contact-sheet.png\n", result.Output);
    }

    [Fact]
    public async Task A_download_of_a_job_without_pictures_says_why()
    {
        string refused = await Limner.Client.SubmitAsync(new { prompt = "a nude woman", n = 2 });
        await Limner.Client.WatchToEndAsync(refused);
        using var folder = new TemporaryFolder();
        Assert.Matches($"The job {refused} failed: .* \\(category ", RunHere(2, "jobs", "download", refused, "--out", folder.At("out")).Error);
        Assert.Empty(folder.Files("out"));
    }

    private string[] Ids(params string[] filters) =>
        [.. JsonNode.Parse(RunHere(0, ["jobs", "list", .. filters, "--json"]).Output)!["data"]!.AsArray().Select(job => (string)job!["id"]!)];
}
