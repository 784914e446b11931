namespace Limner.Gateway.Catalogue;

/// <summary>
/// How many tokens a prompt has at least, whatever the vocabulary: CLIP's tokenizer joins nothing over a blank, so each word is one or more. What it is exactly
/// only the model's own vocabulary says, which is the Encoder's.
/// </summary>
internal static class LeastTokens
{
    public static int Of(string prompt) => prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(IsRead);

    // A character reference ("&#32;") may stand for a blank, and what has neither letters nor digits may be stripped.
    private static bool IsRead(string word) => !word.Contains('&', StringComparison.Ordinal) && word.Any(char.IsLetterOrDigit);
}
