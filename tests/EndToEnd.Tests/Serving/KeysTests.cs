using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary><c>limner keys</c> beside a running <c>limner serve</c>, over HTTP, and before it was ever started.</summary>
public sealed class KeysTests(SharedLimner shared) : IClassFixture<SharedLimner>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_key_that_is_made_while_the_server_runs_opens_it_and_revoked_closes_it()
    {
        ServingLimner limner = shared.Limner;
        LimnerProcess.Result made = Run(limner.Data, "create", "--tenant", "acme", "--scopes", "read", "--rate", "100");
        Assert.True(made.Code == 0, made.Error);
        string key = made.Output.TrimEnd();
        using var client = new JobClient(limner.Client.Http.BaseAddress!, key);
        using HttpResponseMessage jobs = await GetAsync(client);
        Assert.Equal(HttpStatusCode.OK, jobs.StatusCode);
        Assert.Equal("100", Assert.Single(jobs.Headers.GetValues("RateLimit-Limit")));

        LimnerProcess.Result list = Run(limner.Data, "list", "--tenant", "acme", "--json");
        JsonElement listed = Assert.Single(JsonSerializer.Deserialize<JsonElement>(list.Output).GetProperty("data").EnumerateArray());
        Assert.Equal(key[..12], listed.GetProperty("prefix").GetString());
        // A server's keys are the same over HTTP.
        JsonElement overHttp = await limner.Client.Http.GetFromJsonAsync<JsonElement>("v1/keys?tenant=acme", TestContext.Current.CancellationToken);
        Assert.Equal(listed.GetProperty("id").GetString(), Assert.Single(overHttp.GetProperty("data").EnumerateArray()).GetProperty("id").GetString());

        Assert.Equal(0, Run(limner.Data, "revoke", key[..12]).Code);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Soon);
        while ((await GetAsync(client)).StatusCode != HttpStatusCode.Unauthorized)
        {
            await Task.Delay(Pause, TimeProvider.System, limit.Token);
        }
    }

    [Fact]
    public async Task A_key_that_is_made_before_the_first_start_is_the_one_that_opens()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result made = Run(folder.At("data"), "create", "--tenant", "acme");
        Assert.True(made.Code == 0, made.Error);
        using ServingLimner limner = await ServingLimner.StartAsync(folder, made.Output.TrimEnd());
        Assert.False(limner.PrintedKey);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(limner.Client)).StatusCode);
    }

    [Fact]
    public async Task The_keys_of_a_service_are_made_listed_changed_and_revoked_over_HTTP()
    {
        ServingLimner limner = shared.Limner;
        string[] service = ["--server", limner.Client.Http.BaseAddress!.AbsoluteUri, "--key", limner.Key!];
        LimnerProcess.Result made = InProcess.Run(["keys", "create", "--tenant", "remote", "--name", "web shop", "--rate", "100", .. service]);
        Assert.True(made.Code == 0, made.Error);
        string key = made.Output.TrimEnd();
        Assert.Contains(" of remote. It is shown this once.", made.Error, StringComparison.Ordinal);
        using var client = new JobClient(limner.Client.Http.BaseAddress!, key);
        using HttpResponseMessage jobs = await GetAsync(client);
        Assert.Equal(HttpStatusCode.OK, jobs.StatusCode);

        // What is printed is what is printed of the same database.
        string[] list = ["keys", "list", "--tenant", "remote"];
        LimnerProcess.Result remote = InProcess.Run([.. list, .. service]);
        Assert.Equal(InProcess.Run([.. list, "--data", limner.Data]), remote);
        Assert.Contains(key[..12], remote.Output, StringComparison.Ordinal);
        LimnerProcess.Result json = InProcess.Run([.. list, "--json", .. service]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(InProcess.Run([.. list, "--json", "--data", limner.Data]).Output), JsonNode.Parse(json.Output)), json.Output);

        Assert.Contains("  7/min  ", InProcess.Run(["keys", "change", key[..12], "--rate", "7", .. service]).Output, StringComparison.Ordinal);
        LimnerProcess.Result weak = InProcess.Run(["keys", "list", "--server", service[1], "--key", key]);
        Assert.Equal((6, ""), (weak.Code, weak.Output));
        Assert.Contains("admin", weak.Error, StringComparison.Ordinal);
        Assert.Contains(" of remote is revoked.", InProcess.Run(["keys", "revoke", key[..12], .. service]).Output, StringComparison.Ordinal);
        foreach (string unknown in new[] { "key_00000000000000000000000000000000", "lmn_01234567" })
        {
            LimnerProcess.Result none = InProcess.Run(["keys", "revoke", unknown, .. service]);
            Assert.Equal((2, ""), (none.Code, none.Output));
            Assert.Contains($"'{unknown}'", none.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_variables_name_the_service_and_no_database_is_made_here()
    {
        ServingLimner limner = shared.Limner;
        using var folder = new TemporaryFolder();
        string variables = $"export XDG_DATA_HOME='{folder.At("home")}' LIMNER_SERVER={limner.Client.Http.BaseAddress!.AbsoluteUri} LIMNER_KEY={limner.Key}";
        LimnerProcess.Result made = LimnerProcess.Bash(folder, $"{variables}; dotnet '{Repository.Program}' keys create --tenant exported");
        Assert.True(made.Code == 0, made.Error);
        using var client = new JobClient(limner.Client.Http.BaseAddress!, made.Output.TrimEnd());
        using HttpResponseMessage jobs = await GetAsync(client);
        Assert.Equal(HttpStatusCode.OK, jobs.StatusCode);
        Assert.Empty(folder.Files());

        // A folder, or a database that variables name, is what is meant where it is named.
        LimnerProcess.Result local = LimnerProcess.Bash(folder, $"{variables}; dotnet '{Repository.Program}' keys create --tenant local --data data");
        Assert.True(local.Code == 0, local.Error);
        LimnerProcess.Result named = LimnerProcess.Bash(folder,
            $"{variables} Database__Provider=sqlite Database__ConnectionString='Data Source={folder.At("data/limner.db")}'; dotnet '{Repository.Program}' keys list");
        Assert.True(named.Code == 0, named.Error);
        Assert.Matches($"(?m)^key_[0-9a-f]{{32}}  {local.Output[..12]}  local ", named.Output);
        Assert.DoesNotContain("exported", named.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_with_more_keys_than_a_page_lists_all_of_them()
    {
        ServingLimner limner = shared.Limner;
        for (int i = 0; i < 101; i++)
        {
            using HttpResponseMessage made = await limner.Client.Http.PostAsJsonAsync("v1/keys", new { tenant = "many" }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        }

        LimnerProcess.Result list = InProcess.Run("keys", "list", "--tenant", "many", "--json", "--server", limner.Client.Http.BaseAddress!.AbsoluteUri, "--key", limner.Key!);
        Assert.Equal(101, JsonNode.Parse(list.Output)!["data"]!.AsArray().Select(key => (string)key!["id"]!).Distinct().Count());
    }

    [Fact]
    public void A_disk_that_is_full_is_a_sentence_and_no_fault_of_the_program()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(folder, "data", "size=1m");
        Assert.Equal(0, Run(disk.Path, "create", "--tenant", "acme").Code);
        LimnerProcess.Bash(folder, $"cat /dev/zero > '{disk.Path}/ballast'");
        LimnerProcess.Result[] all = [.. Enumerable.Range(0, 100).Select(_ => Run(disk.Path, "create", "--tenant", "acme")).TakeWhile(result => result.Code == 0)];
        LimnerProcess.Result refused = Run(disk.Path, "create", "--tenant", "acme");
        Assert.True(all.Length < 100);
        Assert.Equal(4, refused.Code);
        Assert.StartsWith("The database cannot be used: ", refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.TrimEnd().Split('\n'));
    }

    private static Task<HttpResponseMessage> GetAsync(JobClient client) => client.Http.GetAsync(new Uri("v1/jobs", UriKind.Relative), TestContext.Current.CancellationToken);

    private static LimnerProcess.Result Run(string data, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        return LimnerProcess.Run(folder, ["keys", .. arguments, "--data", data]);
    }
}
