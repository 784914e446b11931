using System.Globalization;
using System.Text.Json.Nodes;
using Limner.Standalone.Output;

namespace Limner.Standalone.Client;

/// <summary>Batches for people to read.</summary>
internal static class BatchLines
{
    private static readonly string[] Named = ["input_file_id", "output_file_id", "error_file_id"];

    public static IEnumerable<string> Table(JsonObject page)
    {
        IEnumerable<string[]> rows = page["data"]!.AsArray().Select(batch => batch!.AsObject()).Select(batch => new[]
        {
            Text(batch, "id"), Text(batch, "status"), Text(batch, "endpoint"), Time(batch, "created_at"), Text(batch["request_counts"]!, "total"), Text(batch["request_counts"]!, "completed"), Text(batch["request_counts"]!, "failed"),
        });
        IEnumerable<string> lines = Columns.Align([["ID", "STATUS", "ENDPOINT", "CREATED", "LINES", "COMPLETED", "FAILED"], .. rows]);
        return (bool)page["has_more"]! ? lines.Append($"There are more: --after {Columns.Clean(Text(page, "last_id"))}") : lines;
    }

    public static IEnumerable<string> One(JsonObject batch)
    {
        var rows = new List<string[]>
        {
            new[] { "id", Text(batch, "id") }, new[] { "status", Text(batch, "status") }, new[] { "endpoint", Text(batch, "endpoint") },
            new[] { "lines", $"{BatchEnd.Done(batch)} of {BatchEnd.Total(batch)} done, {BatchEnd.Failed(batch)} failed" },
            new[] { "created", Time(batch, "created_at") }, new[] { "expires", Time(batch, "expires_at") },
        };
        rows.AddRange(Named.Where(name => batch[name] is not null).Select(name => new[] { name.Split('_')[0], Text(batch, name) }));
        rows.AddRange((batch["errors"]?["data"]?.AsArray() ?? []).Select(wrong => new[] { wrong!["line"] is { } line ? $"line {line}" : "file", $"{Text(wrong, "code")}: {Text(wrong, "message")}" }));
        return Columns.Align(rows);
    }

    private static string Text(JsonNode from, string name) => from[name]?.ToString() ?? "";

    private static string Time(JsonObject from, string name) =>
        from[name] is { } time ? DateTimeOffset.FromUnixTimeSeconds((long)time).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "";
}
