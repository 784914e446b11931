using System.Globalization;
using System.Text.RegularExpressions;

namespace Limner.Moderation.Tests.Policy;

/// <summary>A prompt of tests/fixtures/moderation and what has to become of it.</summary>
/// <param name="Category">The category that refuses it; null if it passes.</param>
/// <param name="Text">The prompt.</param>
/// <param name="KnownToFail">Whether it is marked as one that is judged wrongly today.</param>
internal sealed partial record LabelledPrompt(string? Category, string Text, bool KnownToFail)
{
    public static IReadOnlyList<LabelledPrompt> Blocked { get; } = [.. Lines("blocked.txt").Select(line =>
    {
        bool missed = line.StartsWith("missed ", StringComparison.Ordinal);
        string[] parts = (missed ? line["missed ".Length..] : line).Split(": ", 2);
        return new LabelledPrompt(parts[0], Unescape(parts[1]), missed);
    })];

    public static IReadOnlyList<LabelledPrompt> Innocent { get; } = [.. Lines("innocent.txt").Select(line =>
        line.StartsWith("alarmed: ", StringComparison.Ordinal) ? new LabelledPrompt(null, Unescape(line["alarmed: ".Length..]), true) : new LabelledPrompt(null, Unescape(line), false))];

    private static IEnumerable<string> Lines(string file) =>
        File.ReadLines(Repository.PathOf("tests", "fixtures", "moderation", file)).Where(line => line.Length > 0 && line[0] != '#');

    private static string Unescape(string text) =>
        Escape().Replace(text, match => char.ConvertFromUtf32(int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture))).Replace("\\n", "\n", StringComparison.Ordinal);

    [GeneratedRegex(@"\\u\{([0-9A-F]+)\}")]
    private static partial Regex Escape();
}
