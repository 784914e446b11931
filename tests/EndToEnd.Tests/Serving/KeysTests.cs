using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary><c>limner keys</c> beside a running <c>limner serve</c>, and before it was ever started.</summary>
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
