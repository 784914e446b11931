using System.Text.Json.Nodes;
using Limner.Standalone.Output;

namespace Limner.Standalone.Client;

/// <summary>Usage for people to read.</summary>
internal static class UsageLines
{
    private static readonly string[] Sums = ["images", "steps", "pixel_steps", "compute_seconds"];

    public static IEnumerable<string> Table(JsonObject usage)
    {
        IEnumerable<string[]> rows = usage["data"]!.AsArray().Select(row => row!.AsObject())
            .Select(row => (string[])[Text(row, "day"), Text(row, "key_name") is { Length: > 0 } name ? name : Text(row, "key"), Text(row, "model"), .. Sums.Select(sum => Text(row, sum))]);
        IEnumerable<string> lines = Columns.Align(
        [
            ["DAY", "KEY", "MODEL", "IMAGES", "STEPS", "PIXEL STEPS", "SECONDS"], .. rows, ["in all", "", "", .. Sums.Select(sum => Text(usage["total"]!.AsObject(), sum))],
        ]);
        return lines.Concat(usage["quotas"]!.AsArray().Select(quota => quota!.AsObject()).Select(Quota));
    }

    private static string Quota(JsonObject quota)
    {
        (string Name, string Unit)[] parts = [("images", "images"), ("compute_seconds", "compute seconds")];
        IEnumerable<string> left = parts.Where(part => quota[part.Name] is JsonObject)
            .Select(part => $"{Text(quota[part.Name]!.AsObject(), "remaining")} of {Text(quota[part.Name]!.AsObject(), "limit")} {part.Unit}");
        return Columns.Clean($"Left in {Text(quota, "month")}{(quota["key"] is { } key ? $" for {key}" : "")}: {string.Join(", ", left)}");
    }

    private static string Text(JsonObject from, string name) => from[name]?.ToString() ?? "";
}
