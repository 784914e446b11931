using System.Globalization;
using System.Text.Json.Nodes;
using Limner.Standalone.Output;

namespace Limner.Standalone.Client;

/// <summary>Jobs for people to read.</summary>
internal static class JobLines
{
    private const int LongestPrompt = 60;

    private static readonly string[] Later = ["started", "finished"];

    public static IEnumerable<string> Table(JsonObject page)
    {
        IEnumerable<string[]> rows = page["data"]!.AsArray().Select(job => job!.AsObject()).Select(job => new[]
        {
            Text(job, "id"), Text(job, "status"), Text(job, "priority"), Time(job, "created_at"), Text(job, "n"), Text(job, "size"),
            Columns.Shorten(Text(job, "prompt"), LongestPrompt),
        });
        IEnumerable<string> lines = Columns.Align([["ID", "STATUS", "PRIORITY", "CREATED", "N", "SIZE", "PROMPT"], .. rows]);
        return (string?)page["next_cursor"] is { } cursor ? lines.Append($"There are more: --cursor {cursor}") : lines;
    }

    public static IEnumerable<string> One(JsonObject job)
    {
        var rows = new List<string[]>
        {
            new[] { "id", Text(job, "id") }, new[] { "status", $"{Text(job, "status")}{Where(job)}" }, new[] { "prompt", Text(job, "prompt") },
            new[] { "pictures", $"{Text(job, "n")} of {Text(job, "size")}, seed {Text(job, "seed")}" }, new[] { "created", Time(job, "created_at") },
        };
        rows.AddRange(Later.Where(name => job[$"{name}_at"] is not null).Select(name => new[] { name, Time(job, $"{name}_at") }));
        if (job["error"] is JsonObject error)
        {
            rows.Add(["reason", $"{Text(error, "code")}: {Text(error, "message")}"]);
        }

        rows.AddRange(job["images"]!.AsArray().Select(image => image!.AsObject()).Select(image =>
            new[] { $"picture {(int)image["candidate"]! + 1}", $"{Text(image, "status")} {(image["error"] is JsonObject why ? Text(why, "message") : Text(image, "id"))}" }));
        return Columns.Align(rows);
    }

    private static string Where(JsonObject job)
    {
        if (job["queue"] is JsonObject queue)
        {
            return $", position {Text(queue, "position")}{(queue["estimated_seconds"] is { } seconds ? $", about {seconds} s" : "")}";
        }

        return job["progress"] is JsonObject { } progress && progress["stage"] is not null
            ? $", {Text(progress, "stage")} {Text(progress, "step")}/{Text(progress, "steps")} of picture {(int)progress["candidate"]! + 1}" : "";
    }

    private static string Text(JsonObject from, string name) => from[name]?.ToString() ?? "";

    private static string Time(JsonObject from, string name) =>
        from[name] is { } time ? time.GetValue<DateTimeOffset>().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "";
}
