using System.Globalization;
using System.Text.Json.Nodes;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;

namespace Limner.Standalone.Client;

/// <summary><c>limner webhooks test</c>: sends the event and waits for what became of it, which there is after one attempt.</summary>
internal sealed class WebhookTest(TextWriter output, TimeProvider time)
{
    /// <summary>One attempt has 15 s, unless the operator says otherwise.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(16);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public void Run(ServiceAddress address, string webhook, bool json, CancellationToken stop) => RunAsync(address, webhook, json, stop).GetAwaiter().GetResult();

    private async Task RunAsync(ServiceAddress address, string webhook, bool json, CancellationToken stop)
    {
        using var client = new ServiceClient(address, time);
        JsonObject sent = await client.CallAsync(HttpMethod.Post, $"{ServiceCall.At("v1/webhooks", webhook)}/test", stop: stop);
        string id = (string)sent["id"]!;
        long started = time.GetTimestamp();
        while ((string?)sent["status"] == "pending" && time.GetElapsedTime(started) < Limit)
        {
            await Task.Delay(Pause, time, stop);
            sent = await client.CallAsync(HttpMethod.Get, ServiceCall.At("v1/webhooks/deliveries", id), stop: stop);
        }

        ServiceCall.Print(sent, json, WebhookLines.Delivery, output);
        switch ((string?)sent["status"])
        {
            case "delivered":
                break;
            case "pending":
                throw new CommandException(ExitCode.Fault, string.Create(
                    CultureInfo.InvariantCulture, $"Nothing is known of the test after {Limit.TotalSeconds:0} s; 'limner webhooks delivery {id}' shows what becomes of it."));
            default:
                throw new CommandException(ExitCode.Fault, $"The test was not delivered: {(WebhookLines.LastOutcome(sent) is { Length: > 0 } outcome ? outcome : Columns.Clean($"{sent["reason"]}"))}.");
        }
    }
}
