using System.Text;

namespace Limner.Diffusion.Tokenization;

/// <summary>
/// CLIP's pattern <c>specials | 's | 't | 're | 've | 'm | 'll | 'd | \p{L}+ | \p{N} | [^\s\p{L}\p{N}]+</c>, ignoring case, written out:
/// one pass, no backtracking.
/// </summary>
internal static class WordSplitter
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>Length of the word at the start of <paramref name="text"/>; 0 if white space is there, which belongs to no word.</summary>
    public static int WordLength(ReadOnlySpan<char> text, ReadOnlySpan<string> specials)
    {
        foreach (string special in specials)
        {
            if (StartsWith(text, special))
            {
                return special.Length;
            }
        }

        if (text[0] == '\'')
        {
            foreach (string contraction in Contractions)
            {
                if (StartsWith(text, contraction))
                {
                    return contraction.Length;
                }
            }
        }

        (Kind kind, int length) = Classify(text);
        if (kind == Kind.Space)
        {
            return 0;
        }

        if (kind == Kind.Number)
        {
            return length;
        }

        int end = length;
        while (end < text.Length)
        {
            (Kind next, length) = Classify(text[end..]);
            if (next != kind)
            {
                break;
            }

            end += length;
        }

        return end;
    }

    private static (Kind Kind, int Length) Classify(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out Rune rune, out int length);
        Kind kind = Rune.IsWhiteSpace(rune) ? Kind.Space
            : Rune.IsLetter(rune) ? Kind.Letter
            : Rune.IsNumber(rune) ? Kind.Number
            : Kind.Other;
        return (kind, length);
    }

    // The text is lower case already; the one other letter that a pattern ignoring case takes for one of these is the long s.
    private static bool StartsWith(ReadOnlySpan<char> text, string lowerCase)
    {
        if (text.Length < lowerCase.Length)
        {
            return false;
        }

        for (int i = 0; i < lowerCase.Length; i++)
        {
            if (text[i] != lowerCase[i] && !(text[i] == '\u017F' && lowerCase[i] == 's'))
            {
                return false;
            }
        }

        return true;
    }
}
