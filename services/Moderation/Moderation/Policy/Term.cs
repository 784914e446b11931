using Limner.Moderation.Folding;

namespace Limner.Moderation.Policy;

/// <summary>A word or phrase of the policy, folded as prompts are.</summary>
/// <param name="Letters">Its letters; one space between words.</param>
/// <param name="OpenStart">Whether a word may begin earlier ("*word").</param>
/// <param name="OpenEnd">Whether a word may go on ("word*").</param>
internal sealed record Term(string Letters, bool OpenStart, bool OpenEnd)
{
    private const int MostAlternatives = 500;

    /// <summary>How many letters of a hit must be real ones, so that "5ex" is a word and "53" is a number.</summary>
    public int LettersNeeded { get; } = Letters.Count(char.IsLetter) is var letters ? Math.Min(letters, Math.Max(2, letters / 2)) : 0;

    /// <summary>Reads "{nude|naked} wom{a|e}n*" as what it stands for.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says why.</exception>
    public static IEnumerable<Term> Parse(string text) => Expand(text).Select(One).ToArray();

    private static Term One(string text)
    {
        string inner = text.Trim().Trim('*');
        if (inner.Contains('*', StringComparison.Ordinal))
        {
            throw new FormatException($"'{text}' has a * inside; expected it at the start or the end of a term.");
        }

        string letters = string.Join(' ', string.Concat(FoldedText.Of(inner).Select(symbol => symbol.IsWord ? symbol.Character : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (letters.Length < 2)
        {
            throw new FormatException($"'{text}' is no term; expected at least two letters.");
        }

        return new Term(letters, text.Trim().StartsWith('*'), text.Trim().EndsWith('*'));
    }

    private static List<string> Expand(string text)
    {
        int open = text.IndexOf('{', StringComparison.Ordinal), close = text.IndexOf('}', StringComparison.Ordinal);
        if (open < 0 && close < 0)
        {
            return [text];
        }

        if (open < 0 || close < open || text.IndexOf('{', open + 1) is var inner && inner >= 0 && inner < close)
        {
            throw new FormatException($"'{text}' has a brace without its other half, or one inside another; expected {{a|b}}.");
        }

        List<string> rest = Expand(text[(close + 1)..]);
        List<string> all = [.. text[(open + 1)..close].Split('|').SelectMany(choice => rest.Select(end => text[..open] + choice + end))];
        return all.Count <= MostAlternatives ? all : throw new FormatException($"'{text}' stands for {all.Count} terms; expected at most {MostAlternatives}.");
    }
}
