using System.Globalization;
using System.Text;

namespace Limner.Diffusion.Tokenization;

/// <summary>
/// Python's <c>str.lower</c>. It differs from .NET's character by character lowering in two places, of which Greek prompts meet one:
/// a sigma at the end of a word becomes ς, and İ becomes two code points (Unicode's SpecialCasing).
/// </summary>
internal static class LowerCase
{
    private const char Sigma = '\u03A3';
    private const char DottedI = '\u0130';

    // Unicode's word-break classes MidLetter, MidNumLet and Single_Quote: they may stand inside a word.
    private const string InWordMarks = "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

    public static string Of(string text)
    {
        string lower = text.ToLowerInvariant();
        if (text.AsSpan().IndexOfAny(Sigma, DottedI) < 0)
        {
            return lower;
        }

        var result = new StringBuilder(text.Length + 8);
        for (int i = 0; i < text.Length; i++)
        {
            _ = text[i] switch
            {
                Sigma => result.Append(EndsWord(text, i) ? '\u03C2' : '\u03C3'),
                DottedI => result.Append("i\u0307"),
                _ => result.Append(lower[i]),
            };
        }

        return result.ToString();
    }

    private static bool EndsWord(string text, int sigma)
    {
        int before = sigma;
        while (Rune.DecodeLastFromUtf16(text.AsSpan(0, before), out Rune rune, out int length) == System.Buffers.OperationStatus.Done)
        {
            if (!IsIgnorable(rune))
            {
                return IsCased(rune) && !CasedFollows(text.AsSpan(sigma + 1));
            }

            before -= length;
        }

        return false;
    }

    private static bool CasedFollows(ReadOnlySpan<char> text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!IsIgnorable(rune))
            {
                return IsCased(rune);
            }
        }

        return false;
    }

    private static bool IsCased(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9);

    private static bool IsIgnorable(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || (rune.IsBmp && InWordMarks.Contains((char)rune.Value, StringComparison.Ordinal));
}
