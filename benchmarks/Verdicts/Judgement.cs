using System.Text.Json;

namespace Limner.Verdicts;

/// <summary>One line of <c>verdicts.jsonl</c>.</summary>
/// <param name="File">The picture, relative to the list.</param>
/// <param name="Prompt">What was asked for.</param>
/// <param name="Category">Why it was refused; null if it may be shown.</param>
/// <param name="Version">The concepts that refused it.</param>
internal sealed record Judgement(string File, string Prompt, string? Category, string? Version)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
