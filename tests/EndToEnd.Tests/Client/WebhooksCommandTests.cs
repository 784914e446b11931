using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Limner.EndToEnd.Tests.Serving;

namespace Limner.EndToEnd.Tests.Client;

/// <summary><c>limner webhooks</c> against a running service and a server that it calls.</summary>
public sealed partial class WebhooksCommandTests(SharedLimner shared) : ServiceCommandTests(shared), IClassFixture<SharedLimner>
{
    [Fact]
    public async Task A_webhook_is_made_tested_changed_replayed_and_deleted()
    {
        await using CallReceiver receiver = await CallReceiver.StartAsync();

        string made = Run(0, "webhooks", "create", receiver.Url, "--events", "job.completed, job.failed").Output;
        (string id, string secret) = (Id().Match(made).Value, Secret().Match(made).Groups[1].Value);
        Assert.Matches("(?m)^events +job\\.completed,job\\.failed$", made);
        string shown = Run(0, "webhooks", "get", id).Output;
        Assert.DoesNotContain("whsec_", shown, StringComparison.Ordinal);
        Assert.Matches($"(?m)^{id} +enabled +job\\.completed,job\\.failed +{Regex.Escape(receiver.Url)}", Run(0, "webhooks", "list").Output);

        string tested = Run(0, "webhooks", "test", id).Output;
        string delivery = DeliveryId().Match(tested).Value;
        Assert.Matches("(?m)^status +delivered$", tested);
        ReceivedCall first = await receiver.NextAsync();
        Assert.Contains("webhook.test", first.Body, StringComparison.Ordinal);
        Assert.Contains(SignatureOf(first, secret), first.Signature.Split(' '));

        await UntilAsync(() => Run(0, "webhooks", "deliveries", "--webhook", id).Output, output => Regex.IsMatch(output, $"(?m)^{delivery} +delivered +webhook\\.test +1 +200 [0-9]+ ms "));
        Assert.Matches($"(?m)^event +webhook\\.test {first.Id}$", Run(0, "webhooks", "delivery", delivery).Output);
        Run(0, "webhooks", "replay", delivery);
        Assert.Equal((first.Id, first.Body), ((await receiver.NextAsync()) is var again ? again.Id : "", again.Body));

        string rotated = Secret().Match(Run(0, "webhooks", "rotate", id, "--overlap", "3600").Output).Groups[1].Value;
        Assert.NotEqual(secret, rotated);
        Run(0, "webhooks", "test", id);
        ReceivedCall both = await receiver.NextAsync();
        Assert.Equal([SignatureOf(both, rotated), SignatureOf(both, secret)], both.Signature.Split(' '));

        Assert.Matches("(?m)^state +disabled", Run(0, "webhooks", "update", id, "--enabled", "false").Output);
        Assert.Contains("is disabled; enable it first", Run(2, "webhooks", "test", id).Error, StringComparison.Ordinal);
        Assert.Matches("(?m)^state +enabled$", Run(0, "webhooks", "update", id, "--enabled", "true", "--events", "job.cancelled").Output);
        Assert.Equal("job.cancelled", (string?)JsonNode.Parse(Run(0, "webhooks", "list", "--json").Output)!["data"]![0]!["events"]![0]);
        Assert.Empty(Run(0, "webhooks", "delete", id).Output);
        Assert.Contains($"There is no webhook '{id}'.", Run(2, "webhooks", "get", id).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_that_is_not_delivered_says_why_and_is_code_1()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        string id = Id().Match(RunHere(0, "webhooks", "create", $"http://127.0.0.1:{port}/").Output).Value;
        LimnerProcess.Result failed = Run(1, "webhooks", "test", id);
        Assert.Matches("(?m)^status +failed ", failed.Output);
        Assert.Matches("^The test was not delivered: connection_failed [0-9]+ ms\\.$", failed.Error.TrimEnd());
        Assert.Equal("failed", (string?)JsonNode.Parse(RunHere(1, "webhooks", "test", id, "--json").Output)!["status"]);
        RunHere(0, "webhooks", "delete", id);
    }

    [Fact]
    public async Task The_secret_of_single_jobs_signs_their_callbacks()
    {
        await using CallReceiver receiver = await CallReceiver.StartAsync();
        string secret = Secret().Match(Run(0, "webhooks", "signing-secret").Output).Groups[1].Value;
        string job = await Limner.Client.SubmitAsync(new { prompt = "a red fox", size = "64x64", steps = 2, webhook_url = receiver.Url });

        ReceivedCall call = await receiver.NextAsync();
        Assert.Equal((job, SignatureOf(call, secret)), ((string?)JsonNode.Parse(call.Body)!["data"]!["id"], call.Signature));
        await UntilAsync(() => Run(0, "webhooks", "deliveries", "--job", job, "--json").Output, output => (string?)JsonNode.Parse(output)!["data"]![0]!["status"] == "delivered");
    }

    [Theory]
    [InlineData("There is no webhook 'wh_0'.", "test", "wh_0")]
    [InlineData("There is no delivery '..%2F..%2Fjobs'.", "replay", "../../jobs")]
    [InlineData("url ", "create", "ftp://example.org")]
    [InlineData("events has 'job.started'; there are ", "create", "https://example.org/", "--events", "job.started")]
    [InlineData("Nothing is to be changed; give url, events or enabled.", "update", "wh_0")]
    [InlineData("--overlap is '-1'; it has to be a whole number from 0 to 604800.", "rotate", "wh_0", "--overlap", "-1")]
    [InlineData("limit is '0'; it has to be a whole number from 1 to 100.", "deliveries", "--limit", "0")]
    [InlineData("'--colour' is not understood; 'limner webhooks list --help' lists the options.", "list", "--colour")]
    public void What_is_wrong_with_a_request_is_one_sentence_and_code_2(string sentence, params string[] arguments) =>
        Assert.Contains(sentence, RunHere(2, ["webhooks", .. arguments]).Error, StringComparison.Ordinal);

    private static string SignatureOf(ReceivedCall call, string secret) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{call.Id}.{call.Timestamp}.{call.Body}")));

    [GeneratedRegex("wh_[0-9a-f]{32}")]
    private static partial Regex Id();

    [GeneratedRegex("dlv_[0-9a-f]{32}")]
    private static partial Regex DeliveryId();

    [GeneratedRegex("secret +(whsec_[A-Za-z0-9+/=]+) \\(shown this once\\)")]
    private static partial Regex Secret();
}
