using System.Globalization;
using Limner.Moderation.Folding;

namespace Limner.Moderation.Policy;

/// <summary>Where words begin and end. Digits end words ("porn4you") but do not cut numbers.</summary>
internal static class WordBoundary
{
    public static bool Before(ReadOnlySpan<Symbol> text, int start) => start == 0 || text[start - 1].Kind switch
    {
        SymbolKind.Letter => IsOfAnotherScript(text[start - 1], text[start]),
        SymbolKind.Digit => text[start].Kind != SymbolKind.Digit,
        // "the king's ex": the s belongs to the king.
        _ => !(start >= 2 && IsApostrophe(text[start - 1]) && text[start - 2].IsWord && text[start].Character == 's' && (start + 1 == text.Length || !text[start + 1].IsWord)),
    };

    public static bool After(ReadOnlySpan<Symbol> text, int end) => end == text.Length || text[end].Kind switch
    {
        SymbolKind.Letter => IsOfAnotherScript(text[end], text[end - 1]),
        SymbolKind.Digit => text[end - 1].Kind != SymbolKind.Digit,
        _ => true,
    };

    // Japanese and Chinese set Latin words between theirs without spaces. Cyrillic and Greek letters are no boundary: some of a disguised word's are read as Latin, and some are not.
    private static bool IsOfAnotherScript(Symbol neighbour, Symbol edge) => char.GetUnicodeCategory(neighbour.Character) == UnicodeCategory.OtherLetter && char.IsAsciiLetterOrDigit(edge.Character);

    private static bool IsApostrophe(Symbol symbol) => symbol.Character is '\'' or '\u2019' or '\u02BC' or '`' or '\u00B4';
}
