using System.Globalization;
using System.Text.Json.Nodes;
using Limner.Standalone.Output;

namespace Limner.Standalone.Client;

/// <summary>Webhooks and their deliveries for people to read.</summary>
internal static class WebhookLines
{
    public static IEnumerable<string> Table(JsonObject page) => Columns.Align(
    [
        ["ID", "STATE", "EVENTS", "URL"],
        .. Rows(page).Select(webhook => new[] { Text(webhook, "id"), State(webhook), Events(webhook), Text(webhook, "url") }),
    ]);

    public static IEnumerable<string> One(JsonObject webhook)
    {
        var rows = new List<string[]> { new[] { "id", Text(webhook, "id") }, new[] { "url", Text(webhook, "url") }, new[] { "events", Events(webhook) }, new[] { "state", State(webhook) } };
        rows.AddRange(Secret(webhook));
        return Columns.Align(rows);
    }

    public static IEnumerable<string> SigningSecret(JsonObject account) => Columns.Align([.. Secret(account)]);

    public static IEnumerable<string> Deliveries(JsonObject page)
    {
        IEnumerable<string> lines = Columns.Align(
        [
            ["ID", "STATUS", "EVENT", "ATTEMPTS", "LAST", "CREATED", "URL"],
            .. Rows(page).Select(sent => new[]
            {
                Text(sent, "id"), Text(sent, "status"), Text(sent, "type"), Text(sent, "attempt_count"), LastOutcome(sent), Time(sent, "created_at"), Text(sent, "url"),
            }),
        ]);
        return (string?)page["next_cursor"] is { } cursor ? lines.Append($"There are more: --cursor {cursor}") : lines;
    }

    public static IEnumerable<string> Delivery(JsonObject sent) => Columns.Align(
    [
        ["id", Text(sent, "id")], ["event", $"{Text(sent, "type")} {Text(sent, "event_id")}"], ["status", $"{Text(sent, "status")} {Text(sent, "reason")}"], ["url", Text(sent, "url")],
        .. sent["attempts"]!.AsArray().Select(attempt => attempt!.AsObject()).Select(attempt => new[] { Time(attempt, "at"), Outcome(attempt) }),
    ]);

    /// <summary>What came of the last attempt; empty if there was none.</summary>
    public static string LastOutcome(JsonObject sent) => sent["attempts"]!.AsArray() is [.., { } last] ? Outcome(last.AsObject()) : "";

    private static IEnumerable<string[]> Secret(JsonObject from) => from["secret"] is { } secret ? [["secret", $"{secret} (shown this once)"]] : [];

    private static IEnumerable<JsonObject> Rows(JsonObject page) => page["data"]!.AsArray().Select(row => row!.AsObject());

    private static string Events(JsonObject webhook) => string.Join(',', webhook["events"]!.AsArray().Select(name => (string?)name));

    private static string State(JsonObject webhook) => (bool)webhook["enabled"]! ? "enabled" : $"disabled {Text(webhook, "disabled_reason")}";

    private static string Outcome(JsonObject attempt) =>
        string.Join(' ', new[] { Text(attempt, "response_status"), Text(attempt, "error"), $"{Text(attempt, "latency_ms")} ms" }.Where(part => part.Length > 0));

    private static string Text(JsonObject from, string name) => from[name]?.ToString() ?? "";

    private static string Time(JsonObject from, string name) =>
        from[name] is { } time ? time.GetValue<DateTimeOffset>().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "";
}
