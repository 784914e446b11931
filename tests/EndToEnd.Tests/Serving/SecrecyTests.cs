using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>A server that logs everything it can, used in every way: no key is in its log, nor in a reply but the one that makes it.</summary>
public sealed class SecrecyTests
{
    private const string Unknown = "lmn_unknown_unknown_unknown_0123456789";

    [Fact]
    public async Task No_key_is_in_the_log_or_in_a_reply()
    {
        using var folder = new TemporaryFolder();
        const string Bootstrap = "lmn_bootstrap_bootstrap_0123456789";
        using ServingLimner limner = await ServingLimner.StartAsync(folder, Bootstrap, ("Gateway__BootstrapKey", Bootstrap), ("Logging__LogLevel__Default", "Trace"));
        var replies = new List<string>();

        // 1. Keys made, used, refused and revoked
        using HttpResponseMessage made = await limner.Client.Http.PostAsJsonAsync("v1/keys", new { tenant = "acme", scopes = new[] { "generate", "read" } }, TestContext.Current.CancellationToken);
        JsonElement key = await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        string secret = key.GetProperty("key").GetString()!, id = key.GetProperty("id").GetString()!;
        string[] secrets = [Bootstrap, secret, Unknown];
        using var caller = new JobClient(limner.Client.Http.BaseAddress!, secret);
        using var stranger = new JobClient(limner.Client.Http.BaseAddress!, Unknown);
        string job = await caller.SubmitAsync(new { prompt = "a red fox", steps = 5, size = "64x64" });
        await caller.WatchToEndAsync(job);
        replies.Add((await caller.GetAsync(job)).ToString());
        foreach ((JobClient client, string path) in new[] { (caller, "v1/usage"), (limner.Client, "v1/keys"), (limner.Client, $"v1/keys/{id}"), (caller, "v1/keys"), (stranger, "v1/jobs"), (caller, "v1/nothing") })
        {
            using HttpResponseMessage reply = await client.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            replies.Add(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        using HttpResponseMessage broken = await caller.Http.PostAsync(new Uri("v1/jobs", UriKind.Relative), new StringContent("{", null, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        using HttpResponseMessage revoked = await limner.Client.Http.DeleteAsync(new Uri($"v1/keys/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
        replies.Add(await revoked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await limner.TerminateAsync());

        // 2. Nothing of them is left
        Assert.Contains("/v1/jobs", limner.Log, StringComparison.Ordinal);
        Assert.True(limner.Log.Length > 20_000, "That is no log of everything.");
        foreach (string text in replies.Append(limner.Log))
        {
            // Beginnings are shown on purpose.
            Assert.All(secrets, hidden => Assert.DoesNotContain(hidden[12..], text, StringComparison.Ordinal));
        }
    }
}
