using System.Text;

namespace Limner.Diffusion.Tokenization;

/// <summary>What openai/CLIP does to a text before it splits it, without ftfy: unescape HTML twice, collapse white space, lower-case.</summary>
public static class PromptText
{
    /// <summary>
    /// The characters that the tokenizer reads: HTML's character references (<c>&amp;#110;</c>, <c>&amp;eacute;</c>) are what they stand for, and so are those that come of it.
    /// Whoever judges a text has to read it in the same way.
    /// </summary>
    /// <param name="text">A prompt as it was written. Half a surrogate pair counts as U+FFFD.</param>
    public static string Unescape(string text) => HtmlEntities.Unescape(HtmlEntities.Unescape(WellFormed(text)));

    internal static string Clean(string text) => LowerCase.Of(Collapse(Unescape(text)));

    // Half a surrogate pair has no UTF-8 form: it becomes the replacement character, as decoders make of broken input.
    private static string WellFormed(string text)
    {
        bool loneSurrogate = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            loneSurrogate |= rune == Rune.ReplacementChar;
        }

        if (!loneSurrogate)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            result.Append(rune.ToString());
        }

        return result.ToString();
    }

    private static string Collapse(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            if (!char.IsWhiteSpace(character))
            {
                result.Append(character);
            }
            else if (result.Length > 0 && result[^1] != ' ')
            {
                result.Append(' ');
            }
        }

        return Strip(result.ToString());
    }

    // Python strips the four separators of ASCII as well, though its regular expressions do not count them as space.
    private static string Strip(string text)
    {
        (int start, int end) = (0, text.Length);
        while (start < end && IsStripped(text[start]))
        {
            start++;
        }

        while (end > start && IsStripped(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    private static bool IsStripped(char character) => char.IsWhiteSpace(character) || character is >= '\u001C' and <= '\u001F';
}
