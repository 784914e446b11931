using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Limner.Standalone.Output;

/// <summary>What --json prints: one document for one call.</summary>
internal sealed record GenerateReport
{
    public required string Version { get; init; }

    public required ModelReport Model { get; init; }

    public required string Provider { get; init; }

    public required IReadOnlyList<RequestReport> Requests { get; init; }

    public required double LoadMs { get; init; }

    public required double TotalMs { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Readable.GenerateReport);
}

internal sealed record ModelReport(string Name, string Version);

/// <summary>One prompt: what it was drawn with, its files, and the milliseconds of each stage over all its pictures.</summary>
internal sealed record RequestReport
{
    public required string Prompt { get; init; }

    public required string Negative { get; init; }

    public required ulong Seed { get; init; }

    public required int Steps { get; init; }

    public required float Guidance { get; init; }

    public required float PriorGuidance { get; init; }

    public required string Size { get; init; }

    public required IReadOnlyList<ImageReport> Images { get; init; }

    public required string? ContactSheet { get; init; }

    public required IReadOnlyDictionary<string, double> TimingsMs { get; init; }
}

/// <summary>One picture; candidates count from 1, as file names do.</summary>
internal sealed record ImageReport(int Candidate, string File, int Width, int Height);

[JsonSerializable(typeof(GenerateReport))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>Of a terminal, not of a page: letters of all languages and apostrophes stay readable.</summary>
    public static ReportJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
