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

    /// <summary>Its first <paramref name="most"/> characters, the last of which is an ellipsis where there are more. No character of two halves is cut in two.</summary>
    public static string Shorten(string text, int most) =>
        text.Length <= most ? text : $"{text[..(char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1)]}…";
}
