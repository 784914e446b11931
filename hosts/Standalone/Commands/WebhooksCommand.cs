using System.CommandLine;
using System.Text.Json.Nodes;
using Limner.Standalone.Client;

namespace Limner.Standalone.Commands;

/// <summary>The command <c>webhooks</c>.</summary>
internal static class WebhooksCommand
{
    private const string Webhooks = "v1/webhooks";
    private const string Deliveries = "v1/webhooks/deliveries";

    public static Command Create(RunCall run, Action<ServiceAddress, string, bool> test) => new("webhooks", "Makes, lists, changes and tests the webhooks of a running service, and lists and replays what they were sent.")
    {
        Make(run),
        ServiceCommand.Create("list", "Lists webhooks, the oldest first.", run, _ => ServiceCall.Get(Webhooks, WebhookLines.Table)),
        One("get", "Shows a webhook.", "WEBHOOK", run, id => ServiceCall.Get(ServiceCall.At(Webhooks, id), WebhookLines.One)),
        Change(run),
        One("delete", "Deletes a webhook.", "WEBHOOK", run, id => new ServiceCall(HttpMethod.Delete, ServiceCall.At(Webhooks, id), null, _ => [])),
        Rotate(run),
        SigningSecret(run),
        ServiceCommand.Create("test", "Sends a webhook a test event and waits for what becomes of it; exit code 1 if it is not delivered.", Id("WEBHOOK"), "Print the delivery as JSON.", test),
        ListDeliveries(run),
        One("delivery", "Shows a delivery with its attempts.", "DELIVERY", run, id => ServiceCall.Get(ServiceCall.At(Deliveries, id), WebhookLines.Delivery)),
        One("replay", "Sends a delivery again.", "DELIVERY", run, id => ServiceCall.Post($"{ServiceCall.At(Deliveries, id)}/replay", null, WebhookLines.Delivery)),
    };

    private static Command Make(RunCall run)
    {
        var url = new Argument<string>("URL") { Description = "Where events are sent." };
        Option<string?> events = Events();
        return ServiceCommand.Create("create", "Makes a webhook and prints the secret that signs, this once.", run,
            parsed => ServiceCall.Post(Webhooks, Settings(parsed.GetValue(url), parsed.GetValue(events), null), WebhookLines.One), [url, events]);
    }

    private static Command Change(RunCall run)
    {
        Argument<string> id = Id("WEBHOOK");
        var url = new Option<string?>("--url") { Description = "Send to this address from now on.", HelpName = "address" };
        Option<string?> events = Events();
        var enabled = new Option<bool?>("--enabled") { Description = "false sends nothing until it is true again.", HelpName = "true or false" };
        return ServiceCommand.Create("update", "Changes a webhook.", run, parsed => new ServiceCall(
            HttpMethod.Patch, ServiceCall.At(Webhooks, parsed.GetValue(id)!), Settings(parsed.GetValue(url), parsed.GetValue(events), parsed.GetValue(enabled)), WebhookLines.One), [id, url, events, enabled]);
    }

    private static Command Rotate(RunCall run)
    {
        Argument<string> id = Id("WEBHOOK");
        Option<int?> overlap = Overlap();
        return ServiceCommand.Create("rotate", "Gives a webhook a new secret and prints it, this once; the old one signs too for a while.", run,
            parsed => ServiceCall.Post($"{ServiceCall.At(Webhooks, parsed.GetValue(id)!)}/rotate", Rotation(parsed.GetValue(overlap)), WebhookLines.One), [id, overlap]);
    }

    private static Command SigningSecret(RunCall run)
    {
        Option<int?> overlap = Overlap();
        return ServiceCommand.Create("signing-secret", "Makes or replaces the secret that signs the webhook_url of single jobs and prints it, this once.", run,
            parsed => ServiceCall.Post($"{Webhooks}/signing_secret/rotate", Rotation(parsed.GetValue(overlap)), WebhookLines.SigningSecret), [overlap]);
    }

    private static Command ListDeliveries(RunCall run)
    {
        (string Name, string Description)[] filters = [("webhook", "Only this webhook's."), ("job", "Only this job's."), ("status", "Only those in this state."), ("type", "Only events of this type."), ("limit", "How many, 1 to 100 [default: 20]."), ("cursor", "Go on after the end of another list.")];
        Option<string?>[] options = [.. filters.Select(filter => new Option<string?>($"--{filter.Name}") { Description = filter.Description, HelpName = filter.Name })];
        return ServiceCommand.Create("deliveries", "Lists what was sent, the newest first.", run, parsed => ServiceCall.Get(
            ServiceCall.Query(Deliveries, [.. filters.Zip(options, (filter, option) => (filter.Name, parsed.GetValue(option)))]), WebhookLines.Deliveries), options);
    }

    private static Command One(string name, string description, string what, RunCall run, Func<string, ServiceCall> call)
    {
        Argument<string> id = Id(what);
        return ServiceCommand.Create(name, description, run, parsed => call(parsed.GetValue(id)!), [id]);
    }

    private static JsonObject Settings(string? url, string? events, bool? enabled)
    {
        var settings = new JsonObject();
        if (url is not null)
        {
            settings["url"] = url;
        }

        if (events is not null)
        {
            settings["events"] = new JsonArray([.. events.Split(',', StringSplitOptions.TrimEntries).Select(name => JsonValue.Create(name))]);
        }

        if (enabled is { } given)
        {
            settings["enabled"] = given;
        }

        return settings;
    }

    private static JsonObject Rotation(int? overlap) => overlap is { } seconds ? new JsonObject { ["overlap_seconds"] = seconds } : [];

    private static Option<int?> Overlap() => BoundedOption.Create("--overlap", "Seconds that the old secret signs on, up to 604800 [default: the service's].", 0, 604_800);

    private static Option<string?> Events() => new("--events") { Description = "Which, with commas, e.g. job.completed,job.failed [default: the service's].", HelpName = "events" };

    private static Argument<string> Id(string what) => new(what) { Description = "Its id." };
}
