using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Limner.Deployment.Tests;
using Limner.EndToEnd.Tests.Client;

namespace Limner.Clients.Tests;

/// <summary>Our calls, verified by others: the package <c>standardwebhooks</c> from npm, Python's standard library, and what docs/webhooks.md shows.</summary>
public abstract partial class WebhookTests(Service service) : IAsyncLifetime
{
    private static readonly string Document = Repository.Text("docs/webhooks.md");

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(3) };
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        await service.UntilStartedAsync();
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", service.Key);
        _receiver = await WebhookReceiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _client.Dispose();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_jobs_end_is_genuine_to_standardwebhooks_to_python_and_to_our_own_example()
    {
        JsonElement webhook = await PostAsync("webhooks", new { url = _receiver.Url });
        string secret = webhook.GetProperty("secret").GetString()!;
        JsonElement job = await PostAsync("jobs", new { prompt = "a red fox", size = "64x64", steps = 2 });
        // The same service draws for other tests meanwhile, and tells this address of their jobs too.
        (ReceivedCall call, string file) = await _receiver.NextAsync("job.completed", job.GetProperty("id").GetString());

        Assert.Equal("job.completed", await NodeAsync(secret, file));
        Assert.Equal("True False False", await PythonAsync(secret, file));
        Assert.True(WebhookVerifier.IsGenuine(secret, call.Headers, Encoding.UTF8.GetBytes(call.Body), TimeProvider.System));
        Assert.False(WebhookVerifier.IsGenuine(secret, call.Headers, Encoding.UTF8.GetBytes(call.Body + " "), TimeProvider.System));

        string rotated = (await PostAsync($"webhooks/{webhook.GetProperty("id").GetString()}/rotate", null)).GetProperty("secret").GetString()!;
        await PostAsync($"webhooks/{webhook.GetProperty("id").GetString()}/test", null);
        (_, file) = await _receiver.NextAsync("webhook.test");
        foreach (string one in new[] { secret, rotated })
        {
            Assert.Equal("webhook.test", await NodeAsync(one, file));
            Assert.Equal("True False False", await PythonAsync(one, file));
        }

        (await _client.DeleteAsync(At($"webhooks/{webhook.GetProperty("id").GetString()}"), TestContext.Current.CancellationToken)).Dispose();
    }

    [Fact]
    public async Task A_pictures_own_address_is_told_through_OpenAIs_resource_too()
    {
        string secret = (await PostAsync("webhooks/signing_secret/rotate", null)).GetProperty("secret").GetString()!;
        await PostAsync("images/generations", new { model = "dall-e-2", prompt = "a red fox", response_format = "b64_json", webhook_url = _receiver.Url });
        (_, string file) = await _receiver.NextAsync("job.completed");
        Assert.Equal("job.completed", await NodeAsync(secret, file));
    }

    [Fact]
    public async Task The_commands_of_the_page_work()
    {
        await Command.RequireAsync("curl", "curl");
        JsonElement webhook = await PostAsync("webhooks", new { url = _receiver.Url });
        string script = $"KEY='{service.Key}'; WEBHOOK='{webhook.GetProperty("id").GetString()}'\n{Block("bash").Replace("http://127.0.0.1:7860/v1", service.Api.ToString(), StringComparison.Ordinal)}";
        string output = await Command.OutputAsync("bash", ["-c", script], Repository.Root);

        Assert.Contains("\"secret\":\"whsec_", output, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"webhook.test\"", output, StringComparison.Ordinal);
        await _receiver.NextAsync("webhook.test");
    }

    [Fact]
    public void The_example_in_csharp_is_the_one_that_is_tested()
    {
        string tested = Repository.Text("tests/Clients.Tests/WebhookVerifier.cs");
        Assert.Contains(Plain(Block("csharp")), Plain(tested), StringComparison.Ordinal);
    }

    private static async Task<string> NodeAsync(string secret, string file)
    {
        string module = Path.Combine(await NodePackages.FolderAsync(), "documented.mjs");
        await File.WriteAllTextAsync(module, Block("js"), TestContext.Current.CancellationToken);
        return (await NodePackages.RunAsync("webhooks.mjs", secret, file, module)).Trim();
    }

    /// <summary>Whether the call is genuine, with another body, and when it was long ago.</summary>
    private static async Task<string> PythonAsync(string secret, string file)
    {
        await Command.RequireAsync("python3", "python3-minimal");
        string script = $"""
            {Block("python")}
            import json, sys
            call = json.load(open(sys.argv[2]))
            body = call["body"].encode()
            print(is_genuine(sys.argv[1], call["headers"], body), is_genuine(sys.argv[1], call["headers"], body + b" "), end=" ")
            time.time = lambda: int(call["headers"]["webhook-timestamp"]) + 301
            print(is_genuine(sys.argv[1], call["headers"], body))
            """;
        return (await Command.OutputAsync("python3", ["-c", script, secret, file], Repository.Root)).Trim();
    }

    private static string Block(string language)
    {
        Match block = Regex.Match(Document, $"^```{language}\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline);
        Assert.True(block.Success, $"docs/webhooks.md shows nothing in {language}");
        return block.Groups[1].Value;
    }

    private static string Plain(string code) => Space().Replace(code, " ").Trim();

    private async Task<JsonElement> PostAsync(string path, object? body)
    {
        using HttpResponseMessage response = await _client.PostAsync(At(path), body is null ? null : JsonContent.Create(body), TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    private Uri At(string path) => new($"{service.Api}/{path}");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}

public sealed class WebhooksOfStandaloneTests(Standalone service) : WebhookTests(service);

public sealed class WebhooksOfServicesTests(Apart service) : WebhookTests(service);
