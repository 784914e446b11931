using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Limner.EndToEnd.Tests.Serving;

namespace Limner.EndToEnd.Tests.Client;

/// <summary><c>limner usage</c> against a running service.</summary>
public sealed class UsageCommandTests(SharedLimner shared) : ServiceCommandTests(shared), IClassFixture<SharedLimner>
{
    [Fact]
    public async Task What_was_drawn_and_what_is_left_is_shown()
    {
        string key = MakeKey("--tenant", "acme", "--name", "web shop", "--quota", "100", "--quota-seconds", "5000");
        using var client = new JobClient(Limner.Client.Http.BaseAddress!, key);
        await client.WatchToEndAsync(await client.SubmitAsync(new { prompt = "a red fox", n = 3, size = "64x64", steps = 10 }));

        string table = Usage(key);
        Assert.StartsWith("DAY ", table, StringComparison.Ordinal);
        Assert.Matches("(?m)^[0-9]{4}-[0-9]{2}-[0-9]{2} +web shop +\\S.* 3 +[0-9]+ +[0-9]+ +[0-9.]+$", table);
        Assert.Matches("(?m)^in all +3 +[0-9]+ +[0-9]+ +[0-9.]+$", table);
        Assert.Matches("(?m)^Left in [0-9]{4}-[0-9]{2} for key_[0-9a-f]{32}: 97 of 100 images, [0-9.]+ of 5000 compute seconds$", table);

        // The operator's key sees the tenant's usage, and his own is another.
        JsonNode asOperator = JsonNode.Parse(Run(0, "usage", "--tenant", "acme", "--json").Output)!;
        Assert.Equal(("acme", 3), ((string?)asOperator["tenant"], (int)asOperator["total"]!["images"]!));
        string id = Regex.Match(table, "key_[0-9a-f]{32}").Value;
        Assert.Matches("(?m)^in all +3 ", Run(0, "usage", "--tenant", "acme", "--of-key", id).Output);
        Assert.Matches("(?m)^in all +0 ", Run(0, "usage", "--tenant", "acme", "--from", "2001-01-01", "--to", "2001-01-31").Output);
        Assert.Equal("default", (string?)JsonNode.Parse(Run(0, "usage", "--json").Output)!["tenant"]);
        Assert.Equal(6, Call(key, "--tenant", "default").Code);
    }

    [Theory]
    [InlineData("from is 'yesterday'; it has to be a day like 2030-01-31.", "--from", "yesterday")]
    [InlineData("from is 2030-02-01, after to, which is 2030-01-01.", "--from", "2030-02-01", "--to", "2030-01-01")]
    [InlineData("key is 'lmn_0'; it has to be the id of a key, which begins with key_.", "--of-key", "lmn_0")]
    public void What_is_wrong_with_a_request_is_one_sentence_and_code_2(string sentence, params string[] arguments) =>
        Assert.Contains(sentence, RunHere(2, ["usage", .. arguments]).Error, StringComparison.Ordinal);

    private string MakeKey(params string[] terms)
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result made = LimnerProcess.Run(folder, ["keys", "create", .. terms, "--data", Limner.Data]);
        Assert.True(made.Code == 0, made.Error);
        return made.Output.TrimEnd();
    }

    private string Usage(string key)
    {
        LimnerProcess.Result result = Call(key);
        Assert.True(result.Code == 0, result.Error);
        return result.Output;
    }

    private LimnerProcess.Result Call(string key, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        return LimnerProcess.Run(folder, ["usage", .. arguments, .. Address, "--key", key]);
    }
}
