using System.Globalization;
using System.Text;
using Limner.Diffusion.Tokenization;

namespace Limner.Moderation.Folding;

/// <summary>A text as it is read, not as it is written: small letters, look-alikes as what they look like, nothing that cannot be seen.</summary>
internal static class FoldedText
{
    // No word has four of a letter in a row, and what is searched stays short whatever was typed.
    private const int LongestRun = 3;

    /// <param name="text">The text.</param>
    /// <param name="unseenSplits">Whether what cannot be seen stands between words instead of inside of one: the tokenizer keeps it, and so it cuts there.</param>
    public static Symbol[] Of(string text, bool unseenSplits = false)
    {
        var symbols = new List<Symbol>(text.Length);
        foreach (Rune character in PromptText.Unescape(text).EnumerateRunes()) // "n&#117;de" is what the model is told to draw
        {
            if (IsAsciiWord(character))
            {
                Append(symbols, Word((char)Rune.ToLowerInvariant(character).Value));
            }
            else if (Confusables.Find(character) is { } looksLike)
            {
                foreach (char letter in looksLike)
                {
                    Append(symbols, Word(letter));
                }
            }
            else if (Rune.IsWhiteSpace(character) || character.Value == 0x2800) // the Braille cell without dots
            {
                Append(symbols, new Symbol(' ', SymbolKind.Space));
            }
            else if (!IsInvisible(character))
            {
                Append(symbols, Other(Rune.ToLowerInvariant(character)));
            }
            else if (unseenSplits)
            {
                Append(symbols, new Symbol(' ', SymbolKind.Space));
            }
        }

        return [.. symbols];
    }

    private static bool IsAsciiWord(Rune character) => character.IsAscii && Rune.IsLetterOrDigit(character);

    private static Symbol Word(char letter) => new(letter, char.IsAsciiDigit(letter) ? SymbolKind.Digit : SymbolKind.Letter);

    // Letters that no term can have (beyond the first plane) share one symbol: they only end words.
    private static Symbol Other(Rune character) => new(
        character.IsBmp ? (char)character.Value : '\uFFFF',
        Rune.GetUnicodeCategory(character) is UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.OtherLetter or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber ? SymbolKind.Letter : SymbolKind.Sign);

    // Zero-width characters, soft hyphens, tags, accents on top of letters, and the fillers that Unicode counts as letters.
    private static bool IsInvisible(Rune character) =>
        Rune.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Control
        || character.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0;

    private static void Append(List<Symbol> symbols, Symbol symbol)
    {
        int run = symbol.Kind == SymbolKind.Space ? 1 : LongestRun;
        if (symbols.Count < run || symbols.FindIndex(symbols.Count - run, earlier => earlier != symbol) >= 0)
        {
            symbols.Add(symbol);
        }
    }
}
