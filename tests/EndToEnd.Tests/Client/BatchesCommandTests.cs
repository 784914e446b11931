using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Limner.EndToEnd.Tests.Serving;

namespace Limner.EndToEnd.Tests.Client;

/// <summary><c>limner batches</c> against a running service.</summary>
public sealed partial class BatchesCommandTests(SharedLimner shared) : ServiceCommandTests(shared), IClassFixture<SharedLimner>
{
    [Fact]
    public void A_batch_is_followed_to_its_end_and_what_came_of_each_line_is_written()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "night.jsonl", "a red fox", "a nude woman", "a blue house");
        LimnerProcess.Result made = LimnerProcess.Run(folder, ["batches", "create", "night.jsonl", "--wait", .. Service]);
        string id = Id().Match(made.Output).Value;
        Assert.Matches("(?m)^status +completed$", made.Output);
        Assert.Matches("(?m)^lines +3 of 3 done, 1 failed$", made.Output);
        Assert.StartsWith($"batch {id}\n", made.Error, StringComparison.Ordinal);
        Assert.Contains("  lines: 3/3\n", made.Error, StringComparison.Ordinal);
        Assert.EndsWith($"The batch {id} is without 1 of its 3 lines; its file of errors ('limner batches results') says why.\n", made.Error, StringComparison.Ordinal);
        Assert.Equal(6, made.Code);

        string results = RunHere(6, "batches", "results", id, "--out", folder.At("out")).Output;
        Assert.Equal($"{folder.At($"out/{id}-output.jsonl")}\n{folder.At($"out/{id}-errors.jsonl")}\n", results);
        Assert.Equal(["line-0", "line-2"], CustomIds(folder.At($"out/{id}-output.jsonl")));
        Assert.Equal(["line-1"], CustomIds(folder.At($"out/{id}-errors.jsonl")));
        Assert.Equal(results, RunHere(6, "batches", "results", id, "--out", folder.At("out")).Output);
        Assert.Equal(2, folder.Files("out").Length);

        Assert.Matches($"(?m)^{id} +completed +/v1/jobs +[0-9-]+ [0-9:]+Z +3 +2 +1$", RunHere(0, "batches", "list").Output);
        Assert.Equal(3, JsonNode.Parse(RunHere(0, "jobs", "list", "--batch", id, "--json").Output)!["data"]!.AsArray().Count);
    }

    [Fact]
    public void A_batch_of_standard_input_whose_lines_all_succeed_is_code_0()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "night.jsonl", "a red fox", "a blue house");
        LimnerProcess.Result made = LimnerProcess.Bash(folder, $"dotnet '{Repository.Program}' batches create - --json {string.Join(' ', Service)} < night.jsonl");
        Assert.True(made.Code == 0, made.Error);
        string id = (string)JsonNode.Parse(made.Output)!["id"]!;
        string results = Run(0, "batches", "results", id, "--wait", "--out", folder.At("out")).Output;
        Assert.Equal($"{folder.At($"out/{id}-output.jsonl")}\n", results);
        Assert.Equal(["line-0", "line-1"], CustomIds(results.TrimEnd()));

        string second = (string)JsonNode.Parse(RunHere(0, "batches", "create", folder.At("night.jsonl"), "--json").Output)!["id"]!;
        string page = RunHere(0, "batches", "list", "--limit", "1").Output;
        Assert.Contains($"There are more: --after {second}", page, StringComparison.Ordinal);
        Assert.DoesNotContain(second, RunHere(0, "batches", "list", "--after", second).Output, StringComparison.Ordinal);
        Assert.Equal("completed", (string?)JsonNode.Parse(RunHere(0, "batches", "get", second, "--wait", "--json").Output)!["status"]);
    }

    [Fact]
    public async Task A_batch_that_is_under_way_has_no_results_and_can_be_taken_back()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "night.jsonl", "a red fox", "a blue house");
        Backlog others = await Limner.Client.OccupyAsync();
        string id = Id().Match(RunHere(0, "batches", "create", folder.At("night.jsonl")).Output).Value;
        await UntilAsync(() => RunHere(0, "batches", "get", id).Output, output => output.Contains("0 of 2 done", StringComparison.Ordinal));
        Assert.Matches($"The batch {id} has no results yet: it is (validating|in_progress), with 0 of 2 lines done; --wait waits for its end\\.", RunHere(2, "batches", "results", id, "--out", folder.At("out")).Error);
        Assert.Matches("(?m)^status +cancel", RunHere(0, "batches", "cancel", id).Output);
        LimnerProcess.Result end = InProcess.Run(["batches", "get", id, "--wait", .. Service]);
        Assert.Contains($"The batch {id} was cancelled with ", end.Error, StringComparison.Ordinal);
        Assert.Equal(6, end.Code);
        await others.CallOffAsync();
        Assert.Equal(6, InProcess.Run(["batches", "results", id, "--out", folder.At("out"), .. Service]).Code);
        Assert.Equal(["line-0", "line-1"], CustomIds(folder.At($"out/{id}-errors.jsonl")));
    }

    [Fact]
    public void A_file_that_is_wrong_is_code_2_and_its_line_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("night.jsonl"), "{\"custom_id\": \"a\", \"method\": \"POST\", \"url\": \"/v1/jobs\", \"body\": {\"prompt\": \"a red fox\"}}\nnothing\n");
        LimnerProcess.Result wrong = InProcess.Run(["batches", "create", folder.At("night.jsonl"), "--wait", .. Service]);
        string id = Id().Match(wrong.Output).Value;
        Assert.Matches("(?m)^line 2 +[a-z_]+: ", wrong.Output);
        Assert.Contains($"The batch {id} was not begun, since its file is wrong: line 2: ", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(2, wrong.Code);
    }

    [Fact]
    public async Task A_batch_that_is_refused_leaves_no_file_behind()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "night.jsonl", "a red fox");
        string before = await Limner.Client.Http.GetStringAsync("v1/files", TestContext.Current.CancellationToken);
        Assert.Contains("endpoint is \"/v1/nothing\"; ", RunHere(2, "batches", "create", folder.At("night.jsonl"), "--endpoint", "/v1/nothing").Error, StringComparison.Ordinal);
        Assert.Equal(before, await Limner.Client.Http.GetStringAsync("v1/files", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("There is no batch 'batch_0'.", "get", "batch_0")]
    [InlineData("There is no batch 'batch_0'.", "cancel", "batch_0")]
    [InlineData("There is no batch 'batch_0'.", "results", "batch_0", "--wait")]
    [InlineData("after is 'job_0'; it has to be the id of a batch.", "list", "--after", "job_0")]
    [InlineData("--limit is '0'; it has to be a whole number from 1 to 100.", "list", "--limit", "0")]
    [InlineData("Required argument 'FILE' missing for command: 'create'; 'limner batches create --help' shows how.", "create")]
    public void What_is_wrong_with_a_request_is_one_sentence_and_code_2(string sentence, params string[] arguments) =>
        Assert.Contains(sentence, RunHere(2, ["batches", .. arguments]).Error, StringComparison.Ordinal);

    private static void Write(TemporaryFolder folder, string name, params string[] prompts) => File.WriteAllLines(folder.At(name), prompts.Index().Select(line => JsonSerializer.Serialize(
        new { custom_id = $"line-{line.Index}", method = "POST", url = "/v1/jobs", body = new { prompt = line.Item, seed = line.Index, steps = 4, size = "64x64" } })));

    private static IEnumerable<string> CustomIds(string file) => File.ReadAllLines(file).Select(line => (string)JsonNode.Parse(line)!["custom_id"]!);

    [GeneratedRegex("batch_[0-9a-f]{32}")]
    private static partial Regex Id();
}
