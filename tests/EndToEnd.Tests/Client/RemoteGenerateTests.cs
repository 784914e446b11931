using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.EndToEnd.Tests.Serving;

namespace Limner.EndToEnd.Tests.Client;

/// <summary><c>limner generate --server</c> against a running service.</summary>
public sealed class RemoteGenerateTests(SharedLimner shared) : IClassFixture<SharedLimner>
{
    private readonly ServingLimner _limner = shared.Limner;

    private string[] Service => ["--server", _limner.Client.Http.BaseAddress!.AbsoluteUri, "--key", _limner.Key!];

    [Fact]
    public void Files_sheet_and_json_are_those_of_a_local_run()
    {
        using var folder = new TemporaryFolder();
        string[] request = ["generate", "a red fox", "-n", "2", "--seed", "7", "--steps", "20", "--negative", "a dog", "--guidance", "2.5", "--json", "--out"];
        LimnerProcess.Result remote = LimnerProcess.Run(folder, [.. request, "remote", .. Service]);
        LimnerProcess.Result local = LimnerProcess.Run(folder, [.. request, "local", "--model", ServingLimner.LatentModel, "--provider", "cpu"]);
        Assert.True(remote.Code == 0, remote.Error);
        Assert.True(local.Code == 0, local.Error);

        Assert.Equal(["contact-sheet.png", "seed7-1.png", "seed7-2.png"], folder.Files("remote").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(folder.Files("local").Select(Path.GetFileName), file => Assert.Equal(File.ReadAllBytes(folder.At($"local/{file}")), File.ReadAllBytes(folder.At($"remote/{file}"))));
        Assert.Equal(Lasting(local.Output), Lasting(remote.Output).Replace("remote/", "local/", StringComparison.Ordinal));
        Assert.Equal(Service[1].TrimEnd('/'), (string?)JsonNode.Parse(remote.Output)!["provider"]);
    }

    [Fact]
    public void Prompts_get_folders_and_the_variables_name_the_service()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("prompts.txt"), "a red star\n\na blue house\na green fish\n");
        LimnerProcess.Result result = LimnerProcess.Bash(folder,
            $"LIMNER_SERVER={Service[1]} LIMNER_KEY={Service[3]} dotnet '{Repository.Program}' generate --prompts prompts.txt --seed 1 --steps 3 --out out");
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("out/001/seed1-1.png\nout/002/seed1-1.png\nout/003/seed1-1.png\n", result.Output);
        Assert.Contains("[3/3] a green fish (seed 1)", result.Error, StringComparison.Ordinal);
        Assert.Contains("3 pictures in ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Service[3], result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_that_is_refused_costs_the_others_nothing()
    {
        using var folder = new TemporaryFolder();
        // The second is refused by the policy when it is a job, the fourth before it is one.
        File.WriteAllText(folder.At("prompts.txt"), $"a red star\na nude woman\na green fish\n{string.Join(' ', Enumerable.Repeat("star", 400))}\na blue house\n");
        LimnerProcess.Result result = LimnerProcess.Run(folder, ["generate", "--prompts", "prompts.txt", "--seed", "2", "--steps", "3", "--out", "out", .. Service]);
        Assert.Equal(2, result.Code);
        Assert.Equal("out/001/seed2-1.png\nout/003/seed2-1.png\nout/005/seed2-1.png\n", result.Output);
        Assert.Contains("3 pictures in ", result.Error, StringComparison.Ordinal);
        Assert.Contains(" failed: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("tokens", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_costs_nothing()
    {
        using var folder = new TemporaryFolder();
        using var proxy = new BreakingProxy(_limner.Client.Http.BaseAddress!, "candidate.approved");
        using LimnerProcess process = LimnerProcess.Start(
            folder, "generate", "a red fox", "-n", "2", "--seed", "9", "--steps", "400", "--out", "out", "--server", proxy.Address, "--key", _limner.Key!);
        process.WaitForLine("Trying again");
        LimnerProcess.Result result = process.Finish();
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("out/seed9-1.png\nout/seed9-2.png\nout/contact-sheet.png\n", result.Output);
        Assert.True(proxy.Accepted >= 2);
        JsonElement jobs = await _limner.Client.Http.GetFromJsonAsync<JsonElement>("v1/jobs?limit=100", TestContext.Current.CancellationToken);
        Assert.Single(jobs.GetProperty("data").EnumerateArray(), job => job.GetProperty("seed").GetUInt64() == 9);
    }

    [Fact]
    public async Task A_submission_whose_answer_is_lost_is_sent_again_and_is_the_same_job()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("prompts.txt"), "a red star\na boat that is asked for twice\n");
        using var proxy = new BreakingProxy(_limner.Client.Http.BaseAddress!, "asked for twice");
        LimnerProcess.Result result = LimnerProcess.Run(folder, "generate", "--prompts", "prompts.txt", "--seed", "3", "--steps", "3", "--out", "out", "--server", proxy.Address, "--key", _limner.Key!);
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("out/001/seed3-1.png\nout/002/seed3-1.png\n", result.Output);
        JsonElement jobs = await _limner.Client.Http.GetFromJsonAsync<JsonElement>("v1/jobs?limit=100", TestContext.Current.CancellationToken);
        Assert.Single(jobs.GetProperty("data").EnumerateArray(), job => job.GetProperty("prompt").GetString() == "a boat that is asked for twice");
    }

    [Fact]
    public async Task A_signal_cancels_the_job_and_leaves_whole_pictures_only()
    {
        using var folder = new TemporaryFolder();
        // The tiny model may be done before the signal comes; the shipped one draws these for a minute.
        using ServingLimner shipped = await ServingLimner.StartShippedAsync(folder);
        foreach (string signal in new[] { "INT", "TERM" })
        {
            string prompt = $"a red star that is stopped by {signal}";
            using LimnerProcess process = LimnerProcess.Start(folder, "generate", prompt, "-n", "10", "--seed", "7", "--size", "256x256", "--steps", "900", "--out", signal,
                "--server", shipped.Client.Http.BaseAddress!.AbsoluteUri, "--key", shipped.Key!);
            process.WaitForLine("decoding:");
            process.Signal(signal);
            LimnerProcess.Result result = process.Finish();

            Assert.Equal(130, result.Code);
            Assert.Contains("Stopped.", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("could not be cancelled", result.Error, StringComparison.Ordinal);
            // What was done and fetched before the signal stays, as it does without a service.
            Assert.All(folder.Files(signal), file => Assert.Matches("^seed7-[0-9]+.png$", Path.GetFileName(file)));
            Assert.InRange(folder.Files(signal).Length, 0, 9);
            Assert.All(folder.Files(signal), file => Assert.Equal(256, new HandParsedPng(File.ReadAllBytes(folder.At($"{signal}/{Path.GetFileName(file)}"))).Width));
            JsonElement jobs = await shipped.Client.Http.GetFromJsonAsync<JsonElement>("v1/jobs?limit=100", TestContext.Current.CancellationToken);
            JsonElement job = Assert.Single(jobs.GetProperty("data").EnumerateArray(), job => job.GetProperty("prompt").GetString() == prompt);
            Assert.Equal("cancelled", job.GetProperty("status").GetString());
        }
    }

    [Theory]
    [InlineData(2, "--model is for drawing on this machine", "a fox", "--model", "m")]
    [InlineData(2, "--provider is for drawing on this machine", "a fox", "--provider", "cpu")]
    [InlineData(2, "--size is '300x300'", "a fox", "--size", "300x300")]
    [InlineData(2, "size is '1024x1024'; it has to be WIDTHxHEIGHT, each 64 to 256 in steps of 64, the longer at most 3 times the shorter.", "a fox", "--size", "1024x1024")]
    [InlineData(2, "The prompt is empty", "  ")]
    [InlineData(2, " failed: ", "a nude woman")]
    public void What_is_wrong_is_one_sentence(int code, string sentence, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = InProcess.Draw(folder, ["generate", .. arguments, .. Service]);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Equal(code, result.Code);
        Assert.Empty(result.Output);
        Assert.Empty(folder.Files("out"));
    }

    /// <summary>A report without what differs from machine to machine.</summary>
    private static string Lasting(string json)
    {
        JsonNode report = JsonNode.Parse(json)!;
        (report["provider"], report["load_ms"], report["total_ms"], report["requests"]![0]!["timings_ms"]) = ("", 0, 0, null);
        return report.ToJsonString();
    }
}
