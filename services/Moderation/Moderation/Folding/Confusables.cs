using System.Collections.Frozen;
using System.Text;

namespace Limner.Moderation.Folding;

/// <summary>
/// Which Latin letters or digits a character looks like. Our own table (confusables.txt), since the programs run without a culture's data
/// and <see cref="string.Normalize()"/> then gives everything back as it was.
/// </summary>
internal static class Confusables
{
    private static readonly FrozenDictionary<int, string> Table = Read();

    /// <summary>What <paramref name="character"/> stands for; null if for itself.</summary>
    public static string? Find(Rune character) =>
        Table.GetValueOrDefault(character.Value) ?? Table.GetValueOrDefault(Rune.ToLowerInvariant(character).Value);

    private static FrozenDictionary<int, string> Read()
    {
        using Stream stream = typeof(Confusables).Assembly.GetManifestResourceStream("confusables.txt")
            ?? throw new InvalidOperationException("The table of look-alikes is missing in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = new Dictionary<int, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            int end = line.IndexOf(' ', StringComparison.Ordinal);
            foreach (Rune character in line.AsSpan(end + 1).EnumerateRunes())
            {
                table.Add(character.Value, line[..end]);
            }
        }

        return table.ToFrozenDictionary();
    }
}
