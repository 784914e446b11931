using System.Text.Json.Nodes;
using Limner.Standalone.Output;

namespace Limner.Standalone.Keys;

/// <summary>Keys as lines of aligned columns.</summary>
internal static class KeyTable
{
    private static readonly string[] Heads = ["ID", "BEGINS", "TENANT", "NAME", "SCOPES", "LIMITS", "STATE"];

    public static IEnumerable<string> Lines(IReadOnlyList<JsonObject> keys, DateTimeOffset now) => Columns.Align([Heads, .. keys.Select(key => Cells(key, now))]);

    private static string[] Cells(JsonObject key, DateTimeOffset now) =>
    [
        (string)key["id"]!,
        (string)key["prefix"]!,
        (string)key["tenant"]!,
        (string)key["name"]!,
        string.Join(',', key["scopes"]!.AsArray().Select(scope => (string)scope!)),
        Limits(key) is { Length: > 0 } limits ? limits : "none",
        State(key, now),
    ];

    private static string Limits(JsonObject key)
    {
        (string Field, string Unit)[] limits = [("requests_per_minute", "/min"), ("concurrent_jobs", " jobs"), ("monthly_images", " images/month"), ("monthly_compute_seconds", " s/month")];
        return string.Join(", ", limits.Where(limit => key[limit.Field] is not null).Select(limit => $"{(int)key[limit.Field]!}{limit.Unit}"));
    }

    private static string State(JsonObject key, DateTimeOffset now) =>
        (DateTimeOffset?)key["revoked_at"] is { } revoked ? $"revoked {revoked:yyyy-MM-dd}"
        : (DateTimeOffset?)key["expires_at"] is not { } end ? "open"
        : end <= now ? $"expired {end:yyyy-MM-dd}" : $"open until {end:yyyy-MM-dd}";
}
