namespace Limner.Standalone.Output;

/// <summary>Lines of aligned columns.</summary>
internal static class Columns
{
    private const string Gap = "  ";

    public static IEnumerable<string> Align(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        string[][] cells = [.. rows.Select(row => row.Select(Clean).ToArray())];
        int[] widths = [.. cells[0].Select((_, column) => cells.Max(row => row[column].Length))];
        return cells.Select(row => string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>Text of others on one line: what moves a terminal's cursor or changes its colours becomes a space.</summary>
    public static string Clean(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    public static string Shorten(string text, int most) => text.Length > most ? $"{text[..(most - 1)]}…" : text;
}
